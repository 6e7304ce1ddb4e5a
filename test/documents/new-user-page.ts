/** docs/new-user.md: what a new user meets between `npm start` and the running app. Pure. */

/** One click and what came of it. */
export interface NewUserStep {
  /** Of its picture. */
  readonly name: string;
  readonly click: string;
  readonly seen: string;
  /** From the click to what is seen. */
  readonly tookMs: number;
}

/** A run. */
export interface NewUserStory {
  /** The first `npm start` of a clone, which installs and builds, until it printed its link. */
  readonly installMs: number;
  /** A later one, with an account that is new again. */
  readonly startMs: number;
  readonly steps: readonly NewUserStep[];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The page. */
export function newUserPage({ installMs, startMs, steps }: NewUserStory): string {
  const totalMs = steps.reduce((sum, { tookMs }) => sum + tookMs, startMs);
  const rows = steps.map(
    ({ click, seen, tookMs }, index) => `| ${index + 1} | ${click} | ${seen} | ${seconds(tookMs)} |`,
  );
  return `# Tried as a new user would

From \`npm start\` to the running app: **${steps.length} clicks, ${seconds(totalMs)}**. \`npm run docs:new-user\` tries it in a clone that nobody has touched,
with a browser that has never been there, and writes this page. The time is the machine's own, without anybody's reading; 4 clicks and
20 s are the most that are allowed, and the command fails above them.

| click | on | then | took |
|---|---|---|---|
| | \`npm start\` | It prints an address and a one-time sign-in link, and what to press. | ${seconds(startMs)} |
${rows.join("\n")}

The first \`npm start\` of a clone also installs packages and builds the pages, which it says line by line: ${seconds(installMs)} here, most of it for
the network and the disk.

${steps.map(({ name }) => `![${name}](images/new-user/${name}.webp)`).join("\n\n")}

## What was confusing, and was mended
${confusing.map(([was, now]) => `- **${was}** ${now}`).join("\n")}
`;
}

/** Found by looking at every step as somebody who has read nothing. */
const confusing: readonly (readonly [was: string, now: string])[] = [
  [
    "**Later** on the first page did not say what it costs.",
    "It says that one stays signed in and where it is offered again.",
  ],
  ["`npm start` told of two steps where a page stands between them.", "It names the page and its way past."],
  [
    "The list of sessions had a row for an app and another one for the dashboard’s own question to the machine.",
    "Its own are left out unless they are asked for.",
  ],
  ["The account page said *You have none* of a password before it knew.", "It shows that it still loads."],
  ["On a phone the last page in the row of pages was cut off.", "All five fit, and hold still."],
  ["A launch link that failed went on saying *Opening …*.", "It says *It did not open*, why, and where to go."],
];
