/** The tab's icon follows the app's; with none of the app's it is Culvert's. */
import { useEffect } from "react";

/** `icon`: a data: address of an image, as the core made it. */
export function useTabIcon(icon: string | undefined): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon === undefined || link === null) return;
    const { href, type } = link;
    link.removeAttribute("type");
    link.href = icon;
    return () => {
      link.href = href;
      link.type = type;
    };
  }, [icon]);
}
