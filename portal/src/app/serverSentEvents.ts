/** One block of a feed: its id and its data; "" where it has none. */
export interface Block {
  readonly id: string;
  readonly data: string;
}

/** The blocks of server-sent events as they come. EventSource cannot sign what it asks for; this reads what fetch brings. */
export async function* blocks(answer: Pick<Response, "body">): AsyncGenerator<Block> {
  if (answer.body === null) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split(/\r?\n\r?\n/);
    rest = parts.pop() ?? "";
    for (const part of parts) yield block(part);
  }
}

function block(text: string): Block {
  const lines = text.split(/\r?\n/);
  const of = (field: string) =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  return { id: of("id").at(-1) ?? "", data: of("data").join("\n") };
}
