import type { AnchorHTMLAttributes } from "react";
import { addressOf, navigate, type Route } from "./router.ts";

/** A link inside the page; with a modifier held it is an ordinary one (new tab, download). */
export function Link({ to, ...rest }: { to: Route } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a
      {...rest}
      href={addressOf(to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0) return;
        event.preventDefault();
        navigate(to);
      }}
    />
  );
}
