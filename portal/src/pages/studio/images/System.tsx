import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { RegisteredImage } from "../../../api/operations";
import { sizeOf } from "../../../parts/size";
import { exactly } from "../../../parts/time";
import { image as words } from "../../../strings/administration/image";

export interface SystemProps {
  readonly registered: readonly RegisteredImage[];
  readonly ec2ImageId: string;
}

/** What sessions of an image run on: the registered root file system, or the server's own. */
export function System({ registered, ec2ImageId }: SystemProps) {
  const system = registered.find((each) => each.ec2ImageId === ec2ImageId);
  if (system === undefined) {
    return (
      <StatusIndicator type="info" wrapText>
        {words.notRegistered(ec2ImageId)}
      </StatusIndicator>
    );
  }
  return (
    <>
      <StatusIndicator type="success" wrapText>
        {words.isRegistered(ec2ImageId, summaryOf(system))}
      </StatusIndicator>
      <Box color="text-body-secondary" fontSize="body-s">
        {words.comesFrom(system.source)}
      </Box>
      <Box color="text-body-secondary" fontSize="body-s">
        <span className="command-line">{words.sha256(system.sha256)}</span>
      </Box>
    </>
  );
}

/** Its size and when it was registered. */
export function summaryOf({ sizeBytes, files, addedAt }: RegisteredImage): string {
  return words.summary(sizeOf(sizeBytes), files, exactly(new Date(addedAt)));
}
