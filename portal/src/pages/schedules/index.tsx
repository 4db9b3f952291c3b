import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { curlLine } from "../../api/commandLine";
import type { Schedule } from "../../api/operations";
import { useMySchedules, useRemoveSchedule } from "../../api/schedules";
import { useMyProfiles, useMySessions } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { Moment } from "../../parts/time";
import { useTitle } from "../../parts/useTitle";
import { common } from "../../strings/common";
import { schedules as words } from "../../strings/schedules";
import { profileName } from "../sessions/names";
import { daysOf } from "./hours";
import { HoursForm } from "./HoursForm";

interface Row {
  readonly sessionId: string;
  readonly name: string;
  readonly schedule: Schedule | undefined;
}

/** When the person's sessions start and stop by themselves. */
export default function Schedules() {
  const { api, user } = useIdentity();
  const sessions = useMySessions();
  const profiles = useMyProfiles();
  const schedules = useMySchedules();
  const remove = useRemoveSchedule();
  useTitle(words.title);
  const rows = (sessions.data ?? []).map((session): Row => {
    const sessionId = session.sessionId ?? "";
    const schedule = schedules.data?.find(({ targetId }) => targetId === sessionId);
    return { sessionId, name: profileName(profiles.data, session), schedule };
  });
  const error = sessions.error ?? schedules.error;
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.description}
        actions={
          <ApiCall lines={[curlLine(api, "ListSchedules", { studioId: api.studioId, ownedBy: user.principalId })]} />
        }
      >
        {words.title}
      </Header>
      <ErrorPanel error={error} title={words.notRead} again={() => void schedules.refetch()} />
      <ErrorPanel error={remove.error} title={words.notRemoved} dismiss={remove.reset} />
      <Table
        items={rows}
        trackBy="sessionId"
        loading={(sessions.isPending || schedules.isPending) && error === null}
        loadingText={common.loading}
        wrapLines
        ariaLabels={{ tableLabel: words.table }}
        empty={
          <Box textAlign="center" padding="l">
            <Box variant="h2">{words.emptyTitle}</Box>
            <Box color="text-body-secondary">{words.empty}</Box>
          </Box>
        }
        columnDefinitions={[
          { id: "session", header: words.session, isRowHeader: true, cell: ({ name }) => name },
          { id: "hours", header: words.hours, cell: ({ schedule }) => <When schedule={schedule} /> },
          { id: "days", header: words.days, cell: ({ schedule }) => (schedule === undefined ? "" : daysOf(schedule.weekdays)) },
          { id: "next", header: words.next, cell: ({ schedule }) => <Next schedule={schedule} /> },
          {
            id: "acts",
            header: <span className="visually-hidden">{words.set}</span>,
            cell: (row) => (
              <SpaceBetween direction="horizontal" size="xs">
                <HoursForm {...row} />
                {row.schedule !== undefined && (
                  <Button
                    ariaLabel={words.removeFor(row.name)}
                    loading={remove.isPending && remove.variables === row.sessionId}
                    onClick={() => remove.mutate(row.sessionId)}
                  >
                    {words.remove}
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}

function When({ schedule }: { readonly schedule: Schedule | undefined }) {
  if (schedule === undefined) return <Box color="text-body-secondary">{words.none}</Box>;
  const hours = [
    schedule.startAt === undefined ? "" : words.starts(schedule.startAt),
    schedule.stopAt === undefined ? "" : words.stops(schedule.stopAt),
  ];
  return (
    <>
      {hours.filter((each) => each !== "").join(", ")}
      <Box color="text-body-secondary" fontSize="body-s">
        {words.zone(schedule.timeZone)}
      </Box>
    </>
  );
}

function Next({ schedule }: { readonly schedule: Schedule | undefined }) {
  if (schedule?.nextAction === undefined || schedule.nextAt === undefined) return null;
  return (
    <>
      {words.will[schedule.nextAction]} <Moment at={schedule.nextAt} />
    </>
  );
}
