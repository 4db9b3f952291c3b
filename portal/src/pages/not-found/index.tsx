import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useNavigate } from "react-router";
import { useTitle } from "../../parts/useTitle";
import { common } from "../../strings/common";

const words = common.notFound;

export default function NotFound() {
  const navigate = useNavigate();
  useTitle(words.title);
  return (
    <ContentLayout header={<Header variant="h1">{words.title}</Header>}>
      <Alert type="info" action={<Button onClick={() => void navigate("/")}>{words.home}</Button>}>
        {words.text}
      </Alert>
    </ContentLayout>
  );
}
