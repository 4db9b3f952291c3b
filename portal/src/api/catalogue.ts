import {
  CreateLaunchProfileCommand,
  type CreateLaunchProfileCommandInput,
  CreateStreamingImageCommand,
  type CreateStreamingImageCommandInput,
  CreateStudioComponentCommand,
  type CreateStudioComponentCommandInput,
  DeleteLaunchProfileCommand,
  DeleteStreamingImageCommand,
  DeleteStudioComponentCommand,
  GetLaunchProfileCommand,
  GetStreamingImageCommand,
  GetStudioComponentCommand,
  type LaunchProfile,
  paginateListStreamingImages,
  paginateListStudioComponents,
  type StreamingImage,
  type StudioComponent,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateLaunchProfileCommand,
  type UpdateLaunchProfileCommandInput,
  UpdateStreamingImageCommand,
  type UpdateStreamingImageCommandInput,
  UpdateStudioComponentCommand,
  type UpdateStudioComponentCommandInput,
} from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN, SOON } from "../app/queries";
import type { Draft } from "../forms/draft";
import { tagChanges } from "../forms/tags";
import { useIdentity } from "../identity/identity";
import type { Api } from "./api";
import type { RegisteredImage } from "./operations";
import { collected, isChanging } from "./sessions";
import { COMPONENTS, IMAGES, PROFILES } from "./studio";

interface Changing {
  readonly state?: string | undefined;
}

function useOne<Thing extends Changing>(key: string, id: string, read: (api: Api, signal: AbortSignal) => Promise<Thing | undefined>): UseQueryResult<Thing> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [key, id],
    queryFn: async ({ signal }) => (await read(api, signal)) ?? Promise.reject(new Error("The server said nothing of it.")),
    refetchInterval: ({ state }) => (isChanging(state.data) ? SOON : NOW_AND_THEN),
  });
}

export function useProfile(launchProfileId: string): UseQueryResult<LaunchProfile> {
  return useOne(PROFILES, launchProfileId, async (api, abortSignal) => {
    const asked = new GetLaunchProfileCommand({ studioId: api.studioId, launchProfileId });
    return (await api.nimble.send(asked, { abortSignal })).launchProfile;
  });
}

export function useComponent(studioComponentId: string): UseQueryResult<StudioComponent> {
  return useOne(COMPONENTS, studioComponentId, async (api, abortSignal) => {
    const asked = new GetStudioComponentCommand({ studioId: api.studioId, studioComponentId });
    return (await api.nimble.send(asked, { abortSignal })).studioComponent;
  });
}

export function useImage(streamingImageId: string): UseQueryResult<StreamingImage> {
  return useOne(IMAGES, streamingImageId, async (api, abortSignal) => {
    const asked = new GetStreamingImageCommand({ studioId: api.studioId, streamingImageId });
    return (await api.nimble.send(asked, { abortSignal })).streamingImage;
  });
}

/** Every studio component, for choosing from. */
export function useComponents(): UseQueryResult<StudioComponent[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [COMPONENTS, "all"],
    queryFn: ({ signal }) =>
      collected(paginateListStudioComponents({ client: api.nimble }, { studioId: api.studioId }), (page) => page.studioComponents, signal),
    staleTime: SOON,
  });
}

/** Every streaming image, for choosing from. */
export function useImages(): UseQueryResult<StreamingImage[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [IMAGES, "all"],
    queryFn: ({ signal }) =>
      collected(paginateListStreamingImages({ client: api.nimble }, { studioId: api.studioId }), (page) => page.streamingImages, signal),
    staleTime: SOON,
  });
}

/** The root file systems that the server's machine has for streaming images to name. */
export function useRegisteredImages(): UseQueryResult<readonly RegisteredImage[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [IMAGES, "registered"],
    queryFn: async ({ signal }) => (await api.additions.call("ListRegisteredImages", {}, signal)).images,
    refetchInterval: NOW_AND_THEN,
  });
}

// A form's request has passed the checks of the very operation that it is sent with, so that its type is known.
export const createProfile = async (api: Api, request: Draft): Promise<LaunchProfile> =>
  (await api.nimble.send(new CreateLaunchProfileCommand(request as unknown as CreateLaunchProfileCommandInput))).launchProfile ?? {};
export const updateProfile = async (api: Api, request: Draft): Promise<LaunchProfile> =>
  (await api.nimble.send(new UpdateLaunchProfileCommand(request as unknown as UpdateLaunchProfileCommandInput))).launchProfile ?? {};
export const deleteProfile = (api: Api, launchProfileId: string) =>
  api.nimble.send(new DeleteLaunchProfileCommand({ studioId: api.studioId, launchProfileId }));

export const createComponent = async (api: Api, request: Draft): Promise<StudioComponent> =>
  (await api.nimble.send(new CreateStudioComponentCommand(request as unknown as CreateStudioComponentCommandInput))).studioComponent ?? {};
export const updateComponent = async (api: Api, request: Draft): Promise<StudioComponent> =>
  (await api.nimble.send(new UpdateStudioComponentCommand(request as unknown as UpdateStudioComponentCommandInput))).studioComponent ?? {};
export const deleteComponent = (api: Api, studioComponentId: string) =>
  api.nimble.send(new DeleteStudioComponentCommand({ studioId: api.studioId, studioComponentId }));

export const createImage = async (api: Api, request: Draft): Promise<StreamingImage> =>
  (await api.nimble.send(new CreateStreamingImageCommand(request as unknown as CreateStreamingImageCommandInput))).streamingImage ?? {};
export const updateImage = async (api: Api, request: Draft): Promise<StreamingImage> =>
  (await api.nimble.send(new UpdateStreamingImageCommand(request as unknown as UpdateStreamingImageCommandInput))).streamingImage ?? {};
export const deleteImage = (api: Api, streamingImageId: string) =>
  api.nimble.send(new DeleteStreamingImageCommand({ studioId: api.studioId, streamingImageId }));

/** Set and take away what makes the difference between two maps of tags. */
export async function changeTags(api: Api, resourceArn: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) await api.nimble.send(new TagResourceCommand({ resourceArn, tags: set }));
  if (remove.length > 0) await api.nimble.send(new UntagResourceCommand({ resourceArn, tagKeys: remove }));
}

export type Tags = Readonly<Record<string, string>>;
