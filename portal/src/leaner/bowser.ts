/** Instead of bowser, whose tables of browsers the official client takes along to name one: the server reads User-Agent itself. */
export default { parse: () => ({}) };
