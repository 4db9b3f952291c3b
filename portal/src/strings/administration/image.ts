import { states } from "./states";

/** Words of the pages of one streaming image. */
export const image = {
  states,
  add: "How to add an image",
  addText:
    "An image is a root file system that sessions run on. It is large, so it is registered on the server's own machine, from a directory, an archive, or a suite that debootstrap makes:",
  addThen: "Then a streaming image names it, in any SDK or the AWS CLI:",
  addLast: "It is listed here, and launch profiles can offer it.",
  facts: "About this image",
  edit: "Edit",
  editTitle: (name: string) => `Edit ${name}`,
  save: "Save changes",
  notSaved: "The changes were not saved",
  saved: (name: string) => `The changes to ${name} are saved`,
  name: "Name",
  description: "Description",
  state: "State",
  ec2ImageId: "Image of the machine",
  platform: "Platform",
  owner: "Whose",
  eulas: "EULAs",
  noEulas: "None has to be accepted.",
  encryption: "Encryption",
  made: "Made",
  id: "Id",
  arn: "ARN",
  usedBy: "Launch profiles that offer it",
  unused: "None",
  vendors: "It comes with Greenroom, and stays as it is.",
  delete: "Delete",
  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteLoses: "Sessions can no more be launched with it. The root file system that was registered stays on the server until it is removed there.",
  deleteInUse: (profiles: readonly string[]) =>
    `${profiles.join(", ")} offers it. As long as that is so, the server does not delete it: take it out of there first.`,
  notDeleted: "The image was not deleted",
  deleted: (name: string) => `${name} is being deleted`,
};
