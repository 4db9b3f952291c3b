import { I18nProvider } from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { PageBoundary } from "./PageFailed";
import { Shell } from "./Shell";
import { queries } from "./queries";

export function App() {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <PageBoundary>
            <Shell />
          </PageBoundary>
        </BrowserRouter>
      </QueryClientProvider>
    </I18nProvider>
  );
}
