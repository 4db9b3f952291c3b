import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import type { SimulatePolicyRequest, SimulatePolicyResponse, StatementExplanation } from "../../../api/operations";
import { InnerLink } from "../../../parts/InnerLink";
import { simulator as words } from "../../../strings/administration/policy";

export interface ExplanationProps {
  readonly question: SimulatePolicyRequest;
  readonly answer: SimulatePolicyResponse;
}

/** The decision, and what each statement says to the request. */
export function Explanation({ question, answer }: ExplanationProps) {
  const [onlyApplying, setOnlyApplying] = useState(true);
  const statements = answer.statements.filter(({ verdict }) => !onlyApplying || verdict !== "OTHER_ACTION");
  const allowed = answer.decision === "allowed";
  return (
    <SpaceBetween size="l">
      <div role="status">
        <Alert type={allowed ? "success" : "error"} header={words.decisions[answer.decision] ?? answer.decision}>
          {words.decided(question.userName, question.action)}
          <Box color="inherit" fontSize="body-s">
            {words.membership}
          </Box>
        </Alert>
      </div>
      <Table
        variant="container"
        items={statements}
        trackBy="statement"
        wrapLines
        ariaLabels={{ tableLabel: words.statements }}
        header={
          <Header
            variant="h2"
            counter={`(${statements.length}/${answer.statements.length})`}
            actions={
              <Toggle checked={onlyApplying} onChange={({ detail }) => setOnlyApplying(detail.checked)}>
                {words.onlyApplying}
              </Toggle>
            }
          >
            {words.statements}
          </Header>
        }
        columnDefinitions={[
          {
            id: "statement",
            header: words.statement,
            cell: ({ statement }) => (
              <InnerLink href={`/studio/policies/${encodeURIComponent(statement.split("/")[0] ?? "")}`}>{statement}</InnerLink>
            ),
            isRowHeader: true,
          },
          { id: "effect", header: words.effect, cell: ({ effect }) => words.effects[effect] ?? effect },
          {
            id: "verdict",
            header: words.verdict,
            cell: (each) => <StatusIndicator type={signOf(each)}>{words.verdicts[each.verdict] ?? each.verdict}</StatusIndicator>,
          },
          { id: "conditions", header: words.conditions, cell: ({ failedConditions }) => failedConditions.map((each) => <div key={each}>{each}</div>) },
        ]}
        empty={<Box color="text-body-secondary">{words.none}</Box>}
      />
    </SpaceBetween>
  );
}

function signOf({ verdict, effect }: StatementExplanation) {
  if (verdict !== "APPLIES") return verdict === "CONDITION_FAILS" ? "warning" : "stopped";
  return effect === "Allow" ? "success" : "error";
}
