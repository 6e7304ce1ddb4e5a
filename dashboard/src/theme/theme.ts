/**
 * Mantine's theme in Culvert's colours. Invariant: every colour of a text or a control comes from tokens.css, where
 * contrast is looked after; Mantine's own dimmed, placeholder and error greys and reds are too faint.
 */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const tealBlue: MantineColorsTuple = [
  "#e5f4f8",
  "#cfeaf2",
  "#a2d8e7",
  "#71c8de",
  "#55c6e2",
  "#22a6c6",
  "#0e8aac",
  "#0a7390",
  "#085f77",
  "#064659",
];

/** Of buttons that take something away: white stands on the eighth with a contrast of 5.9; Mantine's own red has 3.8. */
const alarm: MantineColorsTuple = [
  "#fdeeee",
  "#fbd9da",
  "#f3aeb1",
  "#ea8085",
  "#e25a60",
  "#d93b42",
  "#cc2f36",
  "#c0262d",
  "#a31e25",
  "#86161c",
];

/** What Mantine paints dark surfaces with: our own greys, from text to page. */
const slate: MantineColorsTuple = [
  "#e8ecee",
  "#c3ccd1",
  "#9aa6ae",
  "#87949c",
  "#3a454c",
  "#1c2327",
  "#191f23",
  "#13181b",
  "#0d1113",
  "#0a0d0f",
];

/** Teal-blue as the one accent, an 8 px grid, 14 px text. */
export const theme = createTheme({
  primaryColor: "culvert",
  colors: { culvert: tealBlue, red: alarm, dark: slate },
  primaryShade: 7,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "28px" },
  spacing: { xs: "4px", sm: "8px", md: "16px", lg: "24px", xl: "32px" },
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm", fw: 550 } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 32 } },
    Tooltip: { defaultProps: { openDelay: 300, fz: 12, px: 8, py: 4 } },
    Menu: {
      // The first item has the focus, as menus of desktops do; a placeholder before it is no item of a menu.
      defaultProps: {
        ...{ shadow: "none", radius: "md", transitionProps: { duration: 120 } },
        withInitialFocusPlaceholder: false,
      },
    },
    Popover: { defaultProps: { shadow: "none", radius: "md", transitionProps: { duration: 120 } } },
    Modal: {
      defaultProps: {
        radius: "lg",
        centered: true,
        transitionProps: { duration: 160 },
        overlayProps: { backgroundOpacity: 0.4 },
      },
    },
  },
});

const colours = {
  "--mantine-color-body": "var(--page)",
  "--mantine-color-text": "var(--text)",
  "--mantine-color-bright": "var(--text)",
  "--mantine-color-dimmed": "var(--dim)",
  "--mantine-color-placeholder": "var(--faint)",
  "--mantine-color-error": "var(--lost)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--text)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-disabled": "var(--sunken)",
  "--mantine-color-disabled-color": "var(--faint)",
  "--mantine-color-disabled-border": "var(--line)",
  "--mantine-color-gray-light-color": "var(--dim)",
  "--mantine-color-gray-subtle-color": "var(--dim)",
} as const;

/** Points Mantine's semantic colours at our tokens, which change with the colour scheme by themselves. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours });
