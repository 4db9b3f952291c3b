import type { StreamingSession } from "@aws-sdk/client-nimble";
import Icon from "@cloudscape-design/components/icon";
import { useThumbnail } from "../../api/thumbnails";
import { artist } from "../../strings/artist";
import "./thumbnail.css";

/** What a session's desktop looked like a moment ago; a quiet place where there is no picture of it. */
export function Thumbnail({ session, name }: { readonly session: StreamingSession; readonly name: string }) {
  const address = useThumbnail(session);
  return (
    <div className="thumbnail">
      {address === null ? <Icon name="view-full" size="large" variant="subtle" /> : <img src={address} alt={artist.sessions.thumbnail(name)} />}
    </div>
  );
}
