import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import Button from "@cloudscape-design/components/button";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useIdentity } from "../identity/identity";
import { Notifications } from "../parts/notifications";
import { common } from "../strings/common";
import { Account } from "./Account";
import { useLiveUpdates } from "./live";
import { Mark } from "./Mark";
import type { Section } from "./area";
import { activeHref, useSections } from "./navigation";
import { pageAt } from "./pages";
import "./frame.css";

const words = common.shell;
/** Wide enough for the navigation beside the page; frame.css says the same. */
const beside = window.matchMedia("(min-width: 700px)");

/** The bar at the top, the navigation, and the page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { auth, user } = useIdentity();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(beside.matches);
  const toggle = useRef<HTMLDivElement>(null);
  const content = useContent(pathname);
  useLiveUpdates();
  useEffect(() => {
    const fitted = () => setOpen(beside.matches);
    beside.addEventListener("change", fitted);
    return () => beside.removeEventListener("change", fitted);
  }, []);
  const wide = pageAt(pathname)?.wide === true;
  const sections = useSections(user.persona);
  const follow = (href: string) => {
    if (!beside.matches) setOpen(false);
    void navigate(href);
  };
  const escaped = ({ key }: KeyboardEvent) => {
    if (key !== "Escape" || beside.matches) return;
    setOpen(false);
    toggle.current?.querySelector("button")?.focus();
  };
  const name = auth.studioName === "" ? common.product : auth.studioName;
  return (
    <div className={wide ? "frame frame-wide" : "frame"}>
      <a className="frame-skip" href="#content">
        {words.skip}
      </a>
      <header className="frame-bar">
        {!wide && (
          <div ref={toggle}>
            <Button
              variant="icon"
              iconName="menu"
              ariaLabel={open ? words.closeNavigation : words.openNavigation}
              ariaExpanded={open}
              onClick={() => setOpen(!open)}
            />
          </div>
        )}
        <a
          className="frame-brand"
          href="/"
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey) return;
            event.preventDefault();
            follow("/");
          }}
        >
          <Mark />
          <span>{name}</span>
        </a>
        <Account />
      </header>
      {!wide && open && (
        <nav className="frame-navigation" aria-label={words.navigation} onKeyDown={escaped}>
          <SideNavigation
            activeHref={activeHref(sections, pathname)}
            items={sections.flatMap(itemsOf)}
            onFollow={(event) => {
              if (event.detail.external) return;
              event.preventDefault();
              follow(event.detail.href);
            }}
          />
        </nav>
      )}
      <main id="content" className="frame-content" tabIndex={-1} ref={content}>
        <Notifications />
        {children}
      </main>
    </div>
  );
}

/** The page's own element. It gets the keyboard when another page has come and what had it is gone. */
function useContent(pathname: string) {
  const content = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    if (document.activeElement === null || document.activeElement === document.body) content.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [pathname]);
  return content;
}

function itemsOf({ title, links }: Section): SideNavigationProps.Item[] {
  const items = links.map(({ text, href }) => ({ type: "link" as const, text, href }));
  return title === "" ? items : [{ type: "section-group", title, items }];
}
