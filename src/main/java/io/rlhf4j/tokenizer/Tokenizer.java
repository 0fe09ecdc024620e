package io.rlhf4j.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizer of a model folder: Hugging Face's own, with {@code tokenizer.json} (or the older
 * {@code vocab.json} and {@code merges.txt}), its special tokens and its chat template.
 *
 * <p>Never truncates, pads, or reaches for the network. Safe for use by many threads until it is
 * closed. Special tokens written out in a text become their ids, as everywhere in this format.
 */
public final class Tokenizer implements AutoCloseable {
  /** Texts that go to the native side together: bounds its memory, keeps all cores busy. */
  private static final int BATCH = 1024;

  static {
    // The library otherwise reports its use to its makers and, beside a GPU, fetches a variant of
    // itself that cannot be had offline.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer delegate;
  private final TokenizerFiles files;
  private final Map<String, Integer> ids;
  private final @Nullable String[] tokens;
  private final int[] startIds;
  private final int[] eosIds;
  private final OptionalInt bosId;
  private final OptionalInt padId;
  private final String fingerprint;

  private Tokenizer(TokenizerFiles files) {
    this.files = files;
    byte[] json = files.tokenizer().toString().getBytes(StandardCharsets.UTF_8);
    this.ids = files.vocabulary();
    this.tokens = new String[ids.values().stream().mapToInt(Integer::intValue).max().orElse(0) + 1];
    ids.forEach((token, id) -> tokens[id] = token);
    this.bosId = special("bos_token", "bos_token_id");
    this.padId = special("pad_token", "pad_token_id");
    Set<Integer> ends = new LinkedHashSet<>();
    special("eos_token", "eos_token_id").ifPresent(ends::add);
    ends.addAll(files.ids("eos_token_id"));
    this.eosIds = ends.stream().mapToInt(Integer::intValue).toArray();
    this.fingerprint = fingerprint(json, files.chatTemplate());
    this.delegate = open(json);
    this.startIds = findStartIds();
  }

  /** Reads the tokenizer of a model folder in Hugging Face's layout. */
  public static Tokenizer load(Path folder) {
    return new Tokenizer(new TokenizerFiles(folder));
  }

  private HuggingFaceTokenizer open(byte[] json) {
    Map<String, String> options = Map.of("truncation", "false", "padding", "false");
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          files.folder() + ": the tokenizer cannot be loaded: " + e.getMessage(), e);
    }
  }

  /** The text's ids and no others: without beginning or end of text. [T] */
  public int[] encode(String text) {
    ByteLevel.requireWholeCharacters(text);
    return idsOf(TokenizersLibrary.LIB.encode(delegate.getHandle(), text, false));
  }

  /** As {@link #encode}, for many texts at once on all cores; one array per text, in order. */
  public List<int[]> encodeAll(List<String> texts) {
    texts.forEach(ByteLevel::requireWholeCharacters);
    List<int[]> all = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += BATCH) {
      List<String> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
      String[] array = batch.toArray(new String[0]);
      for (long encoding : TokenizersLibrary.LIB.batchEncode(delegate.getHandle(), array, false)) {
        all.add(idsOf(encoding));
      }
    }
    return all;
  }

  /** The text of these ids, special tokens left out. */
  public String decode(int[] ids) {
    return decode(ids, true);
  }

  /** The text of these ids. Ids that are no tokens (a model may have spare ones) give nothing. */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return delegate.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
  }

  /** One more than the highest id; a model's embedding has at least as many rows. */
  public int vocabularySize() {
    return tokens.length;
  }

  /** The end of text: the token that training appends to a finished completion. */
  public int eosId() {
    if (eosIds.length == 0) {
      throw new InputException(
          files.folder() + " names no end-of-text token; give eos_token in tokenizer_config.json");
    }
    return eosIds[0];
  }

  /** Every id that ends a completion, {@link #eosId} first; chat models may have several. */
  public int[] eosIds() {
    return eosIds.clone();
  }

  /** The beginning of text, if the model has one. */
  public OptionalInt bosId() {
    return bosId;
  }

  /** Whether {@link #padId} gives an id. */
  public boolean hasPad() {
    return padId.isPresent() && Arrays.stream(eosIds).noneMatch(id -> id == padId.getAsInt());
  }

  /** The id that fills short rows; never one of {@link #eosIds}, whose loss must count. */
  public int padId() {
    if (padId.isEmpty()) {
      throw new InputException(
          files.folder()
              + " names no pad token; give pad_token in tokenizer_config.json: a token of the"
              + " vocabulary that stands in no text");
    }
    if (!hasPad()) {
      throw new InputException(
          files.folder()
              + ": the pad token must differ from the end of text, both are "
              + tokenOf(padId.getAsInt())
              + "; give another pad_token in tokenizer_config.json: a token of the vocabulary that"
              + " stands in no text");
    }
    return padId.getAsInt();
  }

  /** The token that stands for what the vocabulary cannot spell, if there is one. */
  public OptionalInt unknownId() {
    String named = files.unknownToken();
    return named == null ? OptionalInt.empty() : idOf(named);
  }

  /** What the model's tokenizer puts before every text: the beginning of text, or nothing. */
  public int[] startIds() {
    return startIds.clone();
  }

  /** The id of a token as the vocabulary spells it. */
  public OptionalInt idOf(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** The vocabulary's spelling of an id (byte-level ones write a space as U+0120). */
  public String tokenOf(int id) {
    String token = id < 0 || id >= tokens.length ? null : tokens[id];
    if (token == null) {
      throw new InputException(
          "id " + id + " is no token; the ids of this tokenizer are 0.." + (tokens.length - 1));
    }
    return token;
  }

  /** The source of the model's chat template. */
  public Optional<String> chatTemplateSource() {
    return Optional.ofNullable(files.chatTemplate());
  }

  /** The model's chat template, if it has one. */
  public Optional<ChatTemplate> chatTemplate() {
    return chatTemplateSource().map(source -> new ChatTemplate(source, files.specialTokens()));
  }

  /** Writes the tokenizer's files, as they were read, into a folder. */
  public void saveTo(Path folder) {
    files.contents().forEach((name, bytes) -> AtomicFile.write(folder.resolve(name), bytes));
  }

  /** SHA-256 over {@code tokenizer.json} and the chat template: equal means interchangeable. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    delegate.close();
  }

  private OptionalInt special(String tokenKey, String idKey) {
    String token = files.specialToken(tokenKey);
    if (token == null) {
      return files.ids(idKey).stream().mapToInt(Integer::intValue).findFirst();
    }
    OptionalInt id = idOf(token);
    if (id.isEmpty()) {
      throw new InputException(
          files.folder()
              + ": "
              + tokenKey
              + " is '"
              + token
              + "', which is no token of the vocabulary; correct tokenizer_config.json");
    }
    return id;
  }

  private int[] findStartIds() {
    int[] bare = encode("a");
    int[] whole = idsOf(TokenizersLibrary.LIB.encode(delegate.getHandle(), "a", true));
    for (int start = 0; start + bare.length <= whole.length; start++) {
      if (Arrays.equals(bare, Arrays.copyOfRange(whole, start, start + bare.length))) {
        return Arrays.copyOf(whole, start);
      }
    }
    return new int[0];
  }

  /**
   * Takes the ids out of a native encoding and frees it. The library's own way of doing so also
   * copies tokens, offsets and masks, which takes ten times as long.
   */
  private static int[] idsOf(long encoding) {
    try {
      long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
      int[] ints = new int[ids.length];
      for (int i = 0; i < ids.length; i++) {
        ints[i] = (int) ids[i];
      }
      return ints;
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  private static String fingerprint(byte[] json, @Nullable String template) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(json);
      digest.update((byte) 0);
      digest.update((template == null ? "" : template).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
