import Box from "@cloudscape-design/components/box";
import { useRegisteredImages } from "../../../api/catalogue";
import { valueAt } from "../../../forms/draft";
import { useFormAround } from "../../../forms/form";
import { Section } from "../../../forms/Section";
import { SuggestField } from "../../../forms/SuggestField";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { Remark } from "../../../parts/Remark";
import { image as words } from "../../../strings/administration/image";
import { System, summaryOf } from "./System";

/** Which root file system an image is of: one that is registered, or an id that stands for the server's own system. */
export function SystemField() {
  const registered = useRegisteredImages();
  const chosen = String(valueAt(useFormAround().draft, "ec2ImageId") ?? "");
  const known = registered.data ?? [];
  const about = (id: string) => {
    const system = known.find(({ ec2ImageId }) => ec2ImageId === id);
    return system === undefined ? "" : summaryOf(system);
  };
  return (
    <Section title={words.system} text={words.systemText}>
      <ErrorPanel error={registered.error} title={words.registeredUnread} />
      <SuggestField
        path="ec2ImageId"
        label={words.ec2ImageId}
        description={words.ec2ImageIdText}
        placeholder="ami-"
        suggestions={known.map(({ ec2ImageId }) => ec2ImageId)}
        about={about}
      />
      {registered.data?.length === 0 && (
        <Remark type="info">
          {words.noneRegistered}
        </Remark>
      )}
      {chosen !== "" && registered.data !== undefined && (
        <Box>
          <System registered={registered.data} ec2ImageId={chosen} />
        </Box>
      )}
    </Section>
  );
}
