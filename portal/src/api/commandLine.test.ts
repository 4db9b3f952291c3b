import { describe, expect, it } from "vitest";
import { awsLine, curlLine, dashed, quoted } from "./commandLine";

const api = { region: "us-west-2", origin: "http://127.0.0.1:8420" };

describe("the AWS CLI's line", () => {
  it("names the operation and its members as the AWS CLI does", () => {
    expect(awsLine(api, "ListStreamingSessions", { studioId: "us-west-2:stid-1", ownedBy: "9c-1" })).toBe(
      "aws nimble list-streaming-sessions --studio-id us-west-2:stid-1 --owned-by 9c-1 " +
        "--region us-west-2 --endpoint-url http://127.0.0.1:8420",
    );
    expect(dashed("StartStudioSSOConfigurationRepair")).toBe("start-studio-sso-configuration-repair");
    expect(dashed("ec2InstanceType")).toBe("ec2-instance-type");
  });

  it("leaves out what is not given, and gives lists as words and structures as JSON", () => {
    const line = awsLine(api, "Get", { states: ["READY", "UPDATE IN PROGRESS"], tags: { a: "it's" }, none: undefined });
    expect(line).toContain(`--states READY 'UPDATE IN PROGRESS' --tags '{"a":"it'\\''s"}'`);
    expect(line).not.toContain("none");
  });
});

describe("curl's line", () => {
  it("signs an addition with the keys of the environment", () => {
    expect(curlLine(api, "GetStreamingSessionBackupDetails", { studioId: "us-west-2:stid-1", backupId: "b" })).toBe(
      `curl --aws-sigv4 aws:amz:us-west-2:nimble --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" ` +
        "http://127.0.0.1:8420/greenroom/v1/studios/us-west-2%3Astid-1/streaming-session-backups/b/details",
    );
  });
});

it("a shell takes back what was quoted", () => {
  expect(quoted("plain-1")).toBe("plain-1");
  expect(quoted("$(rm)")).toBe("'$(rm)'");
});
