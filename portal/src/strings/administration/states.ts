/** States of launch profiles, components and images. */
export const states: Readonly<Record<string, string>> = {
  CREATE_IN_PROGRESS: "Being created",
  READY: "Ready",
  UPDATE_IN_PROGRESS: "Being changed",
  DELETE_IN_PROGRESS: "Being deleted",
  DELETED: "Deleted",
  CREATE_FAILED: "Could not be created",
  UPDATE_FAILED: "Could not be changed",
  DELETE_FAILED: "Could not be deleted",
};
