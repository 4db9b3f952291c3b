import { lazy, Suspense } from "react";
import { Route, Routes } from "react-router";
import { type Identity, SignedIn } from "../identity/identity";
import { Loading } from "../parts/Loading";
import { NotificationsProvider } from "../parts/notifications";
import { ServerSilent } from "../parts/ServerSilent";
import { Frame } from "./Frame";
import { PageBoundary } from "./PageFailed";
import { contentOf, pages } from "./pages";

const SignIn = lazy(() => import("../pages/sign-in"));
const NotFound = lazy(() => import("../pages/not-found"));

/** What is around every page: who is signed in, where one can go, and what has happened. */
export function Shell({ first }: { readonly first: Identity | null }) {
  return (
    <SignedIn
      first={first}
      waiting={(error, again) => (error === null ? <Loading /> : <ServerSilent error={error} again={again} />)}
      stranger={(auth, before) => (
        <Suspense fallback={before === null ? <Loading /> : null}>
          <SignIn auth={auth} before={before} />
        </Suspense>
      )}
    >
      <NotificationsProvider>
        <Frame>
          <PageBoundary>
            <Suspense fallback={<Loading />}>
              <Routes>
                {pages.map((page) => {
                  const Content = contentOf(page);
                  return <Route key={page.path} path={`/${page.path}`} element={<Content />} />;
                })}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </PageBoundary>
        </Frame>
      </NotificationsProvider>
    </SignedIn>
  );
}
