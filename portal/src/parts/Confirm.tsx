import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { common } from "../strings/common";
import { ErrorPanel } from "./ErrorPanel";
import { Remark } from "./Remark";

export interface ConfirmProps {
  readonly title: string;
  /** What is lost, one a line. */
  readonly losses: readonly string[];
  /** What else will be, one a line. */
  readonly rest?: readonly string[];
  /** What has to be ticked before it can be done. */
  readonly acknowledge?: string;
  readonly submit: string;
  readonly busy: boolean;
  readonly error?: unknown;
  readonly errorTitle?: string;
  readonly onSubmit: () => void;
  readonly onCancel: () => void;
  readonly children?: ReactNode;
}

/** Asks before something is done that cannot be undone, naming what is lost. */
export function Confirm(props: ConfirmProps) {
  const { title, losses, rest = [], acknowledge, submit, busy, error, errorTitle, onSubmit, onCancel, children } = props;
  const [known, setKnown] = useState(false);
  return (
    <Modal
      visible
      header={title}
      onDismiss={onCancel}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel}>
              {common.cancel}
            </Button>
            <Button
              variant="primary"
              loading={busy}
              disabled={acknowledge !== undefined && !known}
              onClick={onSubmit}
            >
              {submit}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="s">
        {losses.map((line) => (
          <Remark key={line} type="warning">
            {line}
          </Remark>
        ))}
        {rest.map((line) => (
          <Remark key={line} type="info">
            {line}
          </Remark>
        ))}
        {children}
        {acknowledge !== undefined && (
          <Checkbox checked={known} onChange={({ detail }) => setKnown(detail.checked)}>
            {acknowledge}
          </Checkbox>
        )}
        <ErrorPanel error={error} {...(errorTitle === undefined ? {} : { title: errorTitle })} />
      </SpaceBetween>
    </Modal>
  );
}
