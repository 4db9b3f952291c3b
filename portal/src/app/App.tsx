import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import type { Identity } from "../identity/identity";
import { PageBoundary } from "./PageFailed";
import { Shell } from "./Shell";
import { queries } from "./queries";

/** `first` is who was signed in when it was opened. */
export function App({ first }: { readonly first: Identity | null }) {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <PageBoundary>
            <Shell first={first} />
          </PageBoundary>
        </BrowserRouter>
      </QueryClientProvider>
    </I18nProvider>
  );
}
