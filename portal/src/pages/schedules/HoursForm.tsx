import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type FormEvent, useMemo, useState } from "react";
import { useConstraints } from "../../api/constraints";
import type { Schedule, Weekday } from "../../api/operations";
import { useScheduleActs } from "../../api/schedules";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { common } from "../../strings/common";
import { schedules as words } from "../../strings/schedules";
import { here, WEEKDAYS, WORKDAYS, zones } from "./hours";

const FORM = "hours";

export interface HoursFormProps {
  readonly sessionId: string;
  readonly name: string;
  readonly schedule: Schedule | undefined;
  readonly close: () => void;
}

/** Asks for the hours of one session; checks them as the server does. */
export function HoursForm({ sessionId, name, schedule, close }: HoursFormProps) {
  const [startAt, setStartAt] = useState(schedule?.startAt ?? "");
  const [stopAt, setStopAt] = useState(schedule?.stopAt ?? "");
  const [days, setDays] = useState<readonly Weekday[]>(schedule?.weekdays ?? WORKDAYS);
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? here());
  const [tried, setTried] = useState(false);
  const options = useMemo(() => zones().map((zone) => ({ value: zone, label: zone })), []);
  const constraints = useConstraints();
  const { put } = useScheduleActs();
  const complaint = (member: string, value: string) => constraints?.complaint("PutScheduleRequest", member, value) ?? null;
  const complaints = {
    startAt: complaint("startAt", startAt) ?? (startAt === "" && stopAt === "" ? words.needsHour : ""),
    stopAt: complaint("stopAt", stopAt) ?? "",
    days: days.length === 0 ? words.needsDay : "",
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(complaints).some((each) => each !== "")) return;
    const hours = { ...(startAt === "" ? {} : { startAt }), ...(stopAt === "" ? {} : { stopAt }), weekdays: days, timeZone };
    put.mutate({ sessionId, hours }, { onSuccess: close });
  };
  const shown = (text: string) => (tried ? text : "");
  return (
    <Modal
      visible
      header={words.formTitle(name)}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              {common.cancel}
            </Button>
            <Button variant="primary" form={FORM} loading={put.isPending}>
              {words.submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form id={FORM} onSubmit={submit} noValidate>
        <SpaceBetween size="m">
          <FormField label={words.startAt} constraintText={words.optional} errorText={shown(complaints.startAt)}>
            <Input value={startAt} placeholder="08:30" onChange={({ detail }) => setStartAt(detail.value)} />
          </FormField>
          <FormField label={words.stopAt} constraintText={words.optional} errorText={shown(complaints.stopAt)}>
            <Input value={stopAt} placeholder="19:00" onChange={({ detail }) => setStopAt(detail.value)} />
          </FormField>
          <div role="group" aria-label={words.weekdays}>
            <FormField label={words.weekdays} errorText={shown(complaints.days)}>
              {WEEKDAYS.map((day) => (
                <Checkbox
                  key={day}
                  checked={days.includes(day)}
                  onChange={({ detail }) =>
                    setDays(detail.checked ? [...days, day] : days.filter((each) => each !== day))
                  }
                >
                  {words.names[day]}
                </Checkbox>
              ))}
            </FormField>
          </div>
          <FormField label={words.timeZone}>
            <Select
              options={options}
              selectedOption={{ value: timeZone, label: timeZone }}
              filteringType="auto"
              virtualScroll
              onChange={({ detail }) => setTimeZone(detail.selectedOption.value ?? timeZone)}
            />
          </FormField>
          {stopAt !== "" && (
            <StatusIndicator type="warning" wrapText>
              {words.stopLoses}
            </StatusIndicator>
          )}
          <ErrorPanel error={put.error} title={words.failed} />
        </SpaceBetween>
      </form>
    </Modal>
  );
}
