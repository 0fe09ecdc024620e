package io.rlhf4j.tokenizer;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns prompts and completions into ids, the same way in every stage: the reward model and the
 * policy must see what the supervised model saw.
 *
 * <p>A row of training data is {@link #promptIds} followed by {@link #completionIds}; the latter
 * always ends in an end-of-text token, whose loss counts. Safe for use by many threads.
 */
public final class PromptFormat {
  private static final Message DUMMY = Message.user("x");

  private final PromptStyle style;
  private final Tokenizer tokenizer;
  private final @Nullable ChatTemplate template;

  private PromptFormat(PromptStyle style, Tokenizer tokenizer, @Nullable ChatTemplate template) {
    this.style = style;
    this.tokenizer = tokenizer;
    this.template = template;
  }

  /** The format of this style for a model's tokenizer, which stays the caller's to close. */
  public static PromptFormat of(PromptStyle style, Tokenizer tokenizer) {
    if (style == PromptStyle.PLAIN) {
      return new PromptFormat(style, tokenizer, null);
    }
    Optional<ChatTemplate> template = tokenizer.chatTemplate();
    if (template.isEmpty()) {
      throw new InputException(
          "the prompt format is %s, but the model has no chat template; choose plain, or give"
                  .formatted(style.name().toLowerCase(Locale.ROOT))
              + " chat_template in its tokenizer_config.json");
    }
    return new PromptFormat(style, tokenizer, template.get());
  }

  public PromptStyle style() {
    return style;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** What stands before the completion, as text. */
  public String promptText(Prompt prompt) {
    return template == null
        ? plain(prompt.messages())
        : template.render(
            style == PromptStyle.LAST_TURN ? prompt.lastTurn() : prompt.messages(), true);
  }

  /**
   * What stands before the completion. [P] In plain style with the beginning of text, where the
   * model's tokenizer puts one; a chat template writes its own.
   */
  public int[] promptIds(Prompt prompt) {
    int[] ids = tokenizer.encode(promptText(prompt));
    return template == null ? concatenate(tokenizer.startIds(), ids) : ids;
  }

  /**
   * A finished completion. [C] It ends in an end-of-text token: the one that the chat template
   * writes after a reply, otherwise {@link Tokenizer#eosId}, once.
   */
  public int[] completionIds(String completion) {
    int[] ids = template == null ? tokenizer.encode(completion) : reply(template, completion);
    int end = firstEnd(ids);
    if (end < 0) {
      return concatenate(ids, new int[] {tokenizer.eosId()});
    }
    // After a reply's end a template may write a line break, which no model has to learn.
    int[] rest = Arrays.copyOfRange(ids, end + 1, ids.length);
    if (!tokenizer.decode(rest, false).isBlank()) {
      throw new InputException(
          "the completion '"
              + shortened(completion)
              + "' goes on after the end-of-text token "
              + tokenizer.tokenOf(ids[end])
              + "; remove that token from the text, or what follows it");
    }
    return Arrays.copyOf(ids, end + 1);
  }

  /** The text of generated ids, up to the first end of text. */
  public String completionText(int[] ids) {
    int end = firstEnd(ids);
    return tokenizer.decode(end < 0 ? ids : Arrays.copyOf(ids, end));
  }

  /** Equal for formats that give equal ids for everything. */
  public String fingerprint() {
    return style.name().toLowerCase(Locale.ROOT) + ":" + tokenizer.fingerprint();
  }

  /** What the template adds when a reply follows the generation prompt. */
  private int[] reply(ChatTemplate template, String completion) {
    String before = template.render(List.of(DUMMY), true);
    String whole = template.render(List.of(DUMMY, Message.assistant(completion)), false);
    if (!whole.startsWith(before)) {
      // The template writes a reply's opening otherwise than its generation prompt.
      return tokenizer.encode(completion);
    }
    int[] beforeIds = tokenizer.encode(before);
    int[] wholeIds = tokenizer.encode(whole);
    int start = beforeIds.length;
    // Together where the border stays a border: some tokenizers put a space before every text.
    return wholeIds.length >= start && Arrays.equals(beforeIds, Arrays.copyOf(wholeIds, start))
        ? Arrays.copyOfRange(wholeIds, start, wholeIds.length)
        : tokenizer.encode(whole.substring(before.length()));
  }

  private int firstEnd(int[] ids) {
    int[] ends = tokenizer.eosIds();
    for (int i = 0; i < ids.length; i++) {
      for (int end : ends) {
        if (ids[i] == end) {
          return i;
        }
      }
    }
    return -1;
  }

  private static String plain(List<Message> messages) {
    if (messages.size() == 1) {
      return messages.get(0).content();
    }
    StringBuilder text = new StringBuilder();
    for (Message message : messages) {
      text.append(name(message.role())).append(":\n").append(message.content()).append("\n\n");
    }
    return text.append(name(Role.ASSISTANT)).append(":\n").toString();
  }

  private static String name(Role role) {
    return switch (role) {
      case SYSTEM -> "System";
      case USER -> "User";
      case ASSISTANT -> "Assistant";
    };
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  private static int[] concatenate(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
