/** Words of the administrators' pages. */
export const administration = {
  title: "Studio",
};
