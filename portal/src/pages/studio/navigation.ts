import type { Section } from "../../app/area";
import { navigation as words } from "../../strings/administration/navigation";

/** The administrators' part of the navigation. */
export const navigation: readonly Section[] = [
  {
    title: words.studio,
    links: [
      { text: words.overview, href: "/studio" },
      { text: words.sessions, href: "/studio/sessions" },
      { text: words.backups, href: "/studio/backups" },
    ],
  },
  {
    title: words.offers,
    links: [
      { text: words.profiles, href: "/studio/profiles" },
      { text: words.components, href: "/studio/components" },
      { text: words.images, href: "/studio/images" },
      { text: words.eulas, href: "/studio/eulas" },
    ],
  },
  {
    title: words.people,
    links: [
      { text: words.users, href: "/studio/people" },
      { text: words.groups, href: "/studio/groups" },
      { text: words.members, href: "/studio/members" },
      { text: words.policies, href: "/studio/policies" },
      { text: words.roles, href: "/studio/roles" },
      { text: words.simulator, href: "/studio/simulator" },
    ],
  },
  {
    title: words.system,
    links: [
      { text: words.audit, href: "/studio/audit" },
      { text: words.settings, href: "/studio/settings" },
      { text: words.health, href: "/studio/health" },
    ],
  },
];
