import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { AccessKey, AccessPolicy, AccessRole, StudioGroup, StudioUser } from "./operations";
import { POLICIES, USERS } from "./studio";

export const KEYS = "access-keys";
export const GROUPS = "groups";
export const ROLES = "roles";

export function usePerson(userName: string): UseQueryResult<StudioUser> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [USERS, "one", userName],
    queryFn: async ({ signal }) => (await api.additions.call("GetUser", { userName }, signal)).user,
    refetchInterval: NOW_AND_THEN,
  });
}

export function useKeys(userName: string): UseQueryResult<readonly AccessKey[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [KEYS, userName],
    queryFn: async ({ signal }) => (await api.additions.call("ListAccessKeys", { userName }, signal)).accessKeys,
    refetchInterval: NOW_AND_THEN,
  });
}

/** All groups: the API reads them together. */
export function useGroups(): UseQueryResult<readonly StudioGroup[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [GROUPS, "all"],
    queryFn: async ({ signal }) => (await api.additions.call("ListGroups", {}, signal)).groups,
    staleTime: NOW_AND_THEN,
  });
}

export function usePolicies(): UseQueryResult<readonly AccessPolicy[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [POLICIES, "all"],
    queryFn: async ({ signal }) => (await api.additions.call("ListPolicies", {}, signal)).policies,
    staleTime: NOW_AND_THEN,
  });
}

export function usePolicy(policyName: string): UseQueryResult<AccessPolicy> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [POLICIES, "one", policyName],
    queryFn: async ({ signal }) => (await api.additions.call("GetPolicy", { policyName }, signal)).policy,
    refetchInterval: NOW_AND_THEN,
  });
}

export function useRoles(): UseQueryResult<readonly AccessRole[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [ROLES, "all"],
    queryFn: async ({ signal }) => (await api.additions.call("ListRoles", {}, signal)).roles,
    staleTime: NOW_AND_THEN,
  });
}

export function useRole(roleName: string): UseQueryResult<AccessRole> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [ROLES, "one", roleName],
    queryFn: async ({ signal }) => (await api.additions.call("GetRole", { roleName }, signal)).role,
    refetchInterval: NOW_AND_THEN,
  });
}
