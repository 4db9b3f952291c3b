import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useSearchParams } from "react-router";
import { isForbidden } from "../../../api/errors";
import { curlLine } from "../../../api/commandLine";
import { useHealth } from "../../../api/health";
import type { StudioHealth } from "../../../api/operations";
import { useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { Forbidden } from "../../../parts/Forbidden";
import { InnerLink } from "../../../parts/InnerLink";
import { Loading } from "../../../parts/Loading";
import { Remark } from "../../../parts/Remark";
import { sizeOf } from "../../../parts/size";
import { Moment, useNow } from "../../../parts/time";
import { useTitle } from "../../../parts/useTitle";
import { navigation } from "../../../strings/administration/navigation";
import { overview as words } from "../../../strings/administration/overview";
import { sum, verdictsOf } from "./health";
import { Protections } from "./Protections";
import { Trends } from "./Trends";

const WEEK = "7";
/** In the address: how many days of history. */
const DAYS = "days";

export default function Overview() {
  const { api } = useIdentity();
  const [address, go] = useSearchParams();
  const asked = address.get(DAYS) ?? WEEK;
  const days = asked in words.periods ? asked : WEEK;
  const health = useHealth(Number(days));
  const names = useNames();
  useTitle(navigation.overview);
  if (isForbidden(health.error)) return <Forbidden error={health.error} title={navigation.overview} />;
  const options = Object.entries(words.periods).map(([value, label]) => ({ value, label }));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.description}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Select
              ariaLabel={words.period}
              inlineLabelText={words.period}
              selectedOption={options.find(({ value }) => value === days) ?? null}
              options={options}
              expandToViewport
              onChange={({ detail }) =>
                go((now) => {
                  const next = new URLSearchParams(now);
                  next.set(DAYS, detail.selectedOption.value ?? WEEK);
                  return next;
                }, { replace: true })
              }
            />
            <Button iconName="refresh" ariaLabel={words.refresh} onClick={() => void health.refetch()} />
            <ApiCall lines={[curlLine(api, "GetStudioHealth", { studioId: api.studioId, days: Number(days) })]} />
          </SpaceBetween>
        }
      >
        {navigation.overview}
      </Header>
      <ErrorPanel error={health.error} again={() => void health.refetch()} />
      {health.data === undefined && health.error === null && <Loading />}
      {health.data !== undefined && (
        <>
          <Verdicts health={health.data} />
          <Figures health={health.data} />
          <div id="endangered">
            <Protections
              title={words.endangered.title}
              description={words.endangered.description}
              none={words.endangered.none}
              sessions={health.data.endangered}
              count={health.data.endangeredCount}
              names={names}
              endangered
            />
          </div>
          <Trends history={health.data.history} />
          <ExpandableSection variant="container" headerText={words.protected.title} headerCounter={`(${health.data.protectedCount})`}>
            <Protections
              title={words.protected.title}
              description={words.protected.description}
              none={words.protected.none}
              sessions={health.data.protected}
              count={health.data.protectedCount}
              names={names}
            />
          </ExpandableSection>
        </>
      )}
    </SpaceBetween>
  );
}

function Verdicts({ health }: { readonly health: StudioHealth }) {
  const now = useNow();
  return (
    <Container header={<Header variant="h2">{words.verdict}</Header>}>
      <SpaceBetween size="xs">
        {verdictsOf(health, now).map(({ id, status, text, href }) => (
          <Remark key={id} type={status}>
            {href === undefined ? text : href.startsWith("#") ? <a href={href}>{text}</a> : <InnerLink href={href}>{text}</InnerLink>}
          </Remark>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Figures({ health }: { readonly health: StudioHealth }) {
  const sessions = (means: (state: string) => boolean) => String(sum(health.sessions, means));
  const free = health.history.at(-1)?.spaceFree;
  const listed = (query: string, text: string) => <InnerLink href={`/studio/sessions?${query}`}>{text}</InnerLink>;
  return (
    <Container header={<Header variant="h2">{words.now}</Header>}>
      <KeyValuePairs
        columns={4}
        minColumnWidth={150}
        items={[
          { label: words.running, value: listed("state=READY", sessions((state) => state === "READY")) },
          { label: words.stopped, value: listed("state=STOPPED", sessions((state) => state === "STOPPED")) },
          { label: words.changing, value: listed("state=changing", sessions((state) => state.endsWith("_IN_PROGRESS"))) },
          { label: words.failed, value: listed("state=failed", sessions((state) => state.endsWith("_FAILED"))) },
          {
            label: words.atWork,
            value: (
              <>
                {health.peopleAtWork}
                <Box color="text-body-secondary" fontSize="body-s">
                  {words.ofPeople(health.people, health.peopleWithSessions)}
                </Box>
              </>
            ),
          },
          { label: words.backups, value: <InnerLink href="/studio/backups">{sum(health.backups, (state) => state === "READY").toLocaleString("en")}</InnerLink> },
          { label: words.newest, value: <Moment at={health.newestBackupAt} /> },
          { label: words.oldestProof, value: <Moment at={health.oldestProofAt} /> },
          { label: words.size, value: sizeOf(health.backupBytes) },
          { label: words.vaultSize, value: sizeOf(health.vaultBytes) },
          ...(free === undefined ? [] : [{ label: words.freeSpace, value: sizeOf(free) }]),
          {
            label: words.vault,
            value: (
              <StatusIndicator type={health.vault === "UP" ? "success" : "error"}>
                {words.vaultStates[health.vault] ?? health.vault}
              </StatusIndicator>
            ),
          },
        ]}
      />
    </Container>
  );
}
