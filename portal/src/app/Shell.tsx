import AppLayout from "@cloudscape-design/components/app-layout";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { lazy, Suspense } from "react";
import { Outlet, useLocation, useMatches, useNavigate, useNavigation } from "react-router";
import { signOut } from "../identity/auth";
import { SignedIn, useIdentity } from "../identity/identity";
import { Loading } from "../parts/Loading";
import { Notifications, NotificationsProvider } from "../parts/notifications";
import { ServerSilent } from "../parts/ServerSilent";
import { common } from "../strings/common";
import { changeAppearance, useAppearance } from "./appearance";
import { useLiveUpdates } from "./live";
import type { Section } from "./area";
import { activeHref, useSections } from "./navigation";

const words = common.shell;
const SignIn = lazy(() => import("../pages/sign-in"));

/** What is around every page: who is signed in, where one can go, and what has happened. */
export function Shell() {
  return (
    <SignedIn
      waiting={(error, again) => (error === null ? <Loading /> : <ServerSilent error={error} again={again} />)}
      stranger={(auth, expired) => (
        <Suspense fallback={<Loading />}>
          <SignIn auth={auth} expired={expired} />
        </Suspense>
      )}
    >
      <NotificationsProvider>
        <Frame />
      </NotificationsProvider>
    </SignedIn>
  );
}

function Frame() {
  const { user } = useIdentity();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const changing = useNavigation().state === "loading";
  const wide = useMatches().some(({ handle }) => (handle as { wide?: boolean } | undefined)?.wide === true);
  useLiveUpdates();
  const sections = useSections(user.persona);
  return (
    <>
      <div className="portal-header" id="portal-header">
        <Header />
      </div>
      
        <AppLayout
          headerSelector="#portal-header"
          toolsHide
          navigationHide={wide}
          disableContentPaddings={wide}
          {...(wide ? { maxContentWidth: Number.MAX_VALUE } : {})}
          navigationWidth={220}
          ariaLabels={{
            navigation: words.navigation,
            navigationToggle: words.openNavigation,
            navigationClose: words.closeNavigation,
            notifications: words.notifications,
          }}
          notifications={<Notifications />}
          navigation={
            <SideNavigation
              activeHref={activeHref(sections, pathname)}
              items={sections.flatMap(itemsOf)}
              onFollow={(event) => {
                if (event.detail.external) return;
                event.preventDefault();
                void navigate(event.detail.href);
              }}
            />
          }
          content={
            <div aria-busy={changing}>
              <Suspense fallback={<Loading />}>
                <Outlet />
              </Suspense>
            </div>
          }
        />
      
    </>
  );
}

function itemsOf({ title, links }: Section): SideNavigationProps.Item[] {
  const items = links.map(({ text, href }) => ({ type: "link" as const, text, href }));
  return title === "" ? items : [{ type: "section-group", title, items }];
}

function Header() {
  const { auth, user } = useIdentity();
  const { mode, density } = useAppearance();
  const navigate = useNavigate();
  const chosen = (id: string) => (id === mode || id === density ? ("check" as const) : undefined);
  const option = (id: string, text: string) => {
    const iconName = chosen(id);
    return { id, text, ...(iconName === undefined ? {} : { iconName }) };
  };
  return (
    <TopNavigation
      identity={{
        href: "/",
        title: auth.studioName,
        logo: { src: "/icon.svg", alt: common.product },
        onFollow: (event) => {
          event.preventDefault();
          void navigate("/");
        },
      }}
      utilities={[
        {
          type: "menu-dropdown",
          iconName: "settings",
          ariaLabel: words.appearance,
          title: words.appearance,
          items: [
            option("light", words.light),
            option("dark", words.dark),
            option("system", words.asSystem),
            option("comfortable", words.comfortable),
            option("compact", words.compact),
          ],
          onItemClick: ({ detail: { id } }) => {
            if (id === "light" || id === "dark" || id === "system") changeAppearance({ mode: id });
            if (id === "comfortable" || id === "compact") changeAppearance({ density: id });
          },
        },
        {
          type: "menu-dropdown",
          iconName: "user-profile",
          text: user.userName,
          ariaLabel: words.account(user.userName),
          items: [{ id: "sign-out", text: words.signOut }],
          onItemClick: () => {
            // The whole page goes, and with it the keys and everything that was read with them.
            void signOut().finally(() => window.location.assign("/"));
          },
        },
      ]}
      i18nStrings={{ overflowMenuTriggerText: words.more, overflowMenuTitleText: words.more }}
    />
  );
}
