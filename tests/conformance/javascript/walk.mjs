// The main paths by the JavaScript client: `node walk.mjs FOUNDING`, what it saw as JSON on stdout.
// FOUNDING is what `greenroom init --json` printed, with the endpoint of the running server.
import {
  CreateStreamingSessionCommand,
  CreateStudioComponentCommand,
  DeleteStreamingSessionCommand,
  DeleteStudioComponentCommand,
  GetStreamingSessionBackupCommand,
  GetStreamingSessionCommand,
  GetStudioCommand,
  ListTagsForResourceCommand,
  NimbleClient,
  NimbleServiceException,
  ResourceNotFoundException,
  StartStreamingSessionCommand,
  StopStreamingSessionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  ValidationException,
  paginateListStreamingSessionBackups,
  waitUntilStreamingSessionDeleted,
  waitUntilStreamingSessionReady,
  waitUntilStreamingSessionStopped,
  waitUntilStudioComponentReady,
} from "@aws-sdk/client-nimble";

const founding = JSON.parse(process.argv[2]);
const options = {
  endpoint: founding.endpoint,
  region: founding.region,
  maxAttempts: 1,
};
const client = new NimbleClient({
  ...options,
  credentials: { accessKeyId: founding.accessKeyId, secretAccessKey: founding.secretAccessKey },
});
const stranger = new NimbleClient({
  ...options,
  credentials: { accessKeyId: founding.accessKeyId, secretAccessKey: "not the secret" },
});
const { studioId } = founding;
const waiting = { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };

const refusal = async (sender, command) => {
  try {
    await sender.send(command);
  } catch (error) {
    return error;
  }
  throw new Error(`${command.constructor.name} was not refused`);
};

const allBackups = async () => {
  const found = [];
  let pages = 0;
  for await (const page of paginateListStreamingSessionBackups({ client }, { studioId })) {
    found.push(...page.streamingSessionBackups);
    pages += 1;
  }
  return { found, pages };
};

const seen = { states: [] };
const { studio } = await client.send(new GetStudioCommand({ studioId }));
seen.studio = { state: studio.state, created: studio.createdAt instanceof Date };

const { session } = await client.send(
  new CreateStreamingSessionCommand({
    studioId,
    launchProfileId: founding.launchProfileId,
    tags: { "a key / with ü": "ä b" },
  }),
);
const one = { studioId, sessionId: session.sessionId };
const note = async () => {
  const { session: now } = await client.send(new GetStreamingSessionCommand(one));
  seen.states.push(now.state);
  return now;
};
seen.created = session.state;
seen.tags = session.tags;

seen.waited = (await waitUntilStreamingSessionReady(waiting, one)).state;
await note();
await client.send(new StopStreamingSessionCommand({ ...one, volumeRetentionMode: "RETAIN" }));
await waitUntilStreamingSessionStopped(waiting, one);
await note();

let backup;
do {
  backup = (await allBackups()).found.find(({ sessionId }) => sessionId === one.sessionId);
} while (backup.state === "CREATE_IN_PROGRESS");
const { backupId } = backup;
const got = await client.send(new GetStreamingSessionBackupCommand({ studioId, backupId }));
seen.backup = { state: backup.state, same: got.streamingSessionBackup.arn === backup.arn };
await client.send(new TagResourceCommand({ resourceArn: backup.arn, tags: { keep: "yes", show: "Nordlicht" } }));
await client.send(new UntagResourceCommand({ resourceArn: backup.arn, tagKeys: ["show", "absent"] }));
seen.backupTags = (await client.send(new ListTagsForResourceCommand({ resourceArn: backup.arn }))).tags;

await client.send(new StartStreamingSessionCommand({ ...one, backupId }));
await waitUntilStreamingSessionReady(waiting, one);
seen.restored = (await note()).startedFromBackupId === backupId;
await client.send(new DeleteStreamingSessionCommand(one));
await waitUntilStreamingSessionDeleted(waiting, one);
await note();

const { found, pages } = await allBackups();
seen.pages = pages;
seen.backups = found.length;
seen.distinct = new Set(found.map((each) => each.backupId)).size;

const { studioComponent } = await client.send(
  new CreateStudioComponentCommand({
    studioId,
    name: "Licences",
    type: "LICENSE_SERVICE",
    subtype: "CUSTOM",
    configuration: { licenseServiceConfiguration: { endpoint: "licences.example" } },
  }),
);
const { studioComponentId } = studioComponent;
await waitUntilStudioComponentReady(waiting, { studioId, studioComponentId });
await client.send(new DeleteStudioComponentCommand({ studioId, studioComponentId }));
seen.union = studioComponent.configuration;

const absent = await refusal(client, new GetStreamingSessionCommand({ studioId, sessionId: "none" }));
seen.absent = {
  isClass: absent instanceof ResourceNotFoundException,
  name: absent.name,
  code: absent.code,
  context: absent.context,
  status: absent.$metadata.httpStatusCode,
  requestId: absent.$metadata.requestId,
};
const invalid = await refusal(client, new CreateStudioComponentCommand({ studioId, name: "x".repeat(65), type: "CUSTOM" }));
seen.invalid = { isClass: invalid instanceof ValidationException, message: invalid.message };
const unsigned = await refusal(stranger, new GetStudioCommand({ studioId }));
seen.unsigned = { isClass: unsigned instanceof NimbleServiceException, name: unsigned.name };

process.stdout.write(JSON.stringify(seen));
