/** Words of the pages about what a studio offers to its artists. */
export const catalogue = {
  name: "Name",
  description: "Description",
  state: "State",
  id: "Id",
  find: "Name, description or id",
  updated: "Changed",
  made: "Made",
  by: "Changed by",

  profiles: {
    description: "What artists launch desktops from: image, machines, components, how long sessions run and what is backed up.",
    instances: "Machines",
    backups: "Backups",
    backupsKept: (n: number) => (n === 1 ? "Keeps 1" : `Keeps ${n}`),
    backupsOff: "None are made",
    components: "Components",
    persistence: "Persistence",
    emptyTitle: "There is no launch profile",
    empty: "Without one nobody can launch a desktop. A launch profile names an image, machines and components, and whom it is for.",
  },
  components: {
    description: "What desktops are equipped with when they start: shared file systems, directories, licence servers, scripts.",
    type: "Type",
    subtype: "Subtype",
    emptyTitle: "There is no studio component",
    empty: "A component is something that sessions need: a shared file system, a licence server, a script that prepares the desktop.",
  },
  images: {
    description: "The systems that desktops run.",
    owner: "Whose",
    platform: "Platform",
    image: "Image of the machine",
    emptyTitle: "There is no streaming image",
    empty: "An image is the system that a desktop runs. The one that comes with every studio is missing: look at the health checks.",
  },
  eulas: {
    description: "Licence agreements that artists accept before they launch.",
    emptyTitle: "There is no EULA",
    empty: "An image can ask those who launch it to accept an agreement. None of yours does.",
  },
};
