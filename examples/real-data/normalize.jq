# Spells what CraftGPT's alphabet lacks in letters that it has. Runs before the model's own
# normalizers: line breaks become spaces, curly apostrophes straight ones, quotes vanish.
.normalizer.normalizers = [
  {type: "Replace", pattern: {Regex: "\\s+"}, content: " "},
  {type: "Replace", pattern: {String: "’"}, content: "'"},
  {type: "Replace", pattern: {Regex: "[\"“”*]"}, content: ""},
  {type: "Replace", pattern: {String: ":"}, content: ","}
] + .normalizer.normalizers
