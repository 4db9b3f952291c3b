import AreaChart from "@cloudscape-design/components/area-chart";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import LineChart from "@cloudscape-design/components/line-chart";
import type { HealthSample } from "../../../api/operations";
import { sizeOf } from "../../../parts/size";
import { exactly } from "../../../parts/time";
import { overview } from "../../../strings/administration/overview";

const words = overview.charts;
const HEIGHT = 180;
const HALF = { default: 12, s: 6 };

interface Point {
  readonly x: Date;
  readonly y: number;
}

/** How the studio came to be as it is. */
export function Trends({ history }: { readonly history: readonly HealthSample[] }) {
  const line = (title: string, value: (sample: HealthSample) => number | undefined) => ({
    type: "line" as const,
    title,
    data: pointsOf(history, value),
  });
  return (
    <Grid gridDefinition={[{ colspan: HALF }, { colspan: HALF }, { colspan: HALF }, { colspan: HALF }]}>
      <Plot title={words.sessions}>
        <AreaChart
          {...frame(history, words.sessions, words.number)}
          yTickFormatter={whole}
          series={[
            { type: "area", title: overview.running, data: pointsOf(history, (each) => each.sessionsReady) },
            { type: "area", title: overview.stopped, data: pointsOf(history, (each) => each.sessionsStopped) },
            { type: "area", title: overview.failed, data: pointsOf(history, (each) => each.sessionsFailed) },
          ]}
        />
      </Plot>
      <Plot title={words.trouble}>
        <LineChart
          {...frame(history, words.trouble, words.number)}
          yTickFormatter={whole}
          series={[
            line(words.endangered, (each) => each.sessionsEndangered),
            line(words.unproven, (each) => each.backupsUnproven),
            line(words.failed, (each) => each.backupsFailed),
          ]}
        />
      </Plot>
      <Plot title={words.storage}>
        <LineChart
          {...frame(history, words.storage, words.bytes)}
          yTickFormatter={sizeOf}
          series={[line(words.vault, (each) => each.vaultBytes), line(words.free, (each) => each.spaceFree)].map((series) => ({
            ...series,
            valueFormatter: sizeOf,
          }))}
        />
      </Plot>
      <Plot title={words.people}>
        <LineChart
          {...frame(history, words.people, words.number)}
          yTickFormatter={whole}
          series={[line(words.people, (each) => each.peopleAtWork)]}
        />
      </Plot>
    </Grid>
  );
}

function Plot({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return <Container header={<Header variant="h3">{title}</Header>}>{children}</Container>;
}

/** Samples without the value leave a gap. */
function pointsOf(history: readonly HealthSample[], value: (sample: HealthSample) => number | undefined): Point[] {
  return history.flatMap((sample) => {
    const y = value(sample);
    return y === undefined ? [] : [{ x: new Date(sample.sampledAt), y }];
  });
}

const whole = (value: number) => (Number.isInteger(value) ? String(value) : "");
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** What all charts have in common. */
function frame(history: readonly HealthSample[], title: string, yTitle: string) {
  return {
    height: HEIGHT,
    xScaleType: "time" as const,
    xTitle: words.time,
    yTitle,
    ariaLabel: title,
    hideFilter: true,
    emphasizeBaselineAxis: true,
    statusType: "finished" as const,
    empty: (
      <Box textAlign="center" color="text-body-secondary">
        <b>{words.none}</b>
        <Box color="inherit">{words.noneText}</Box>
      </Box>
    ),
    i18nStrings: {
      legendAriaLabel: words.legend(title),
      xTickFormatter: (at: Date) => short.format(at),
      detailPopoverDismissAriaLabel: "",
    },
    ...(history.length < 2 ? {} : { xDomain: [new Date(history[0]?.sampledAt ?? 0), new Date(history.at(-1)?.sampledAt ?? 0)] as [Date, Date] }),
    xTickFormatter: (at: Date) => short.format(at),
    detailPopoverFooter: (at: Date) => exactly(at),
  };
}
