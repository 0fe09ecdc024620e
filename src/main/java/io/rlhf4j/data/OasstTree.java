package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Message trees of Open Assistant: each prompter message may have several assistant replies that
 * people ranked, 0 being the best.
 */
final class OasstTree {
  private static final String LABELER = "oasst";
  private static final String HUMAN = "human";

  /** A prompter message with the turns that lead to it, and its replies that were not deleted. */
  private record Node(JsonValue message, List<Message> turns, List<JsonValue> replies) {}

  private OasstTree() {}

  /** One prompt per prompter message. */
  static List<Prompt> prompts(JsonValue row) {
    return nodes(row).stream().map(OasstTree::prompt).toList();
  }

  /** One demonstration per answered prompter message: its best reply. */
  static List<Demonstration> demonstrations(JsonValue row) {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (Node node : nodes(row)) {
      JsonValue best = null;
      for (JsonValue reply : node.replies()) {
        if (best == null || rank(reply) < rank(best)) {
          best = reply;
        }
      }
      if (best != null) {
        demonstrations.add(new Demonstration(prompt(node), best.get("text").text(), LABELER));
      }
    }
    return demonstrations;
  }

  /** One ranking per prompter message with at least two ranked replies. */
  static List<Ranking> rankings(JsonValue row) {
    List<Ranking> rankings = new ArrayList<>();
    for (Node node : nodes(row)) {
      List<JsonValue> ranked = node.replies().stream().filter(reply -> reply.has("rank")).toList();
      if (ranked.size() >= 2) {
        rankings.add(
            new Ranking(
                prompt(node),
                ranked.stream().map(reply -> reply.get("text").text()).toList(),
                ranked.stream().map(reply -> rank(reply) + 1).toList(),
                ranked.stream().map(reply -> reply.text("model_name", HUMAN)).toList(),
                List.of(),
                List.of(),
                LABELER));
      }
    }
    return rankings;
  }

  private static Prompt prompt(Node node) {
    return new Prompt(
        node.message().get("message_id").text(),
        node.turns(),
        null,
        null,
        PromptKind.PLAIN,
        Split.TRAIN);
  }

  /** The place among siblings, 0 the best; last where nobody ranked it. */
  private static int rank(JsonValue reply) {
    JsonValue rank = reply.find("rank");
    return rank == null ? Integer.MAX_VALUE : rank.integer();
  }

  private static List<Node> nodes(JsonValue row) {
    List<Node> nodes = new ArrayList<>();
    walk(row.get("prompt"), List.of(), nodes);
    return nodes;
  }

  private static void walk(JsonValue message, List<Message> before, List<Node> nodes) {
    JsonValue role = message.get("role");
    boolean prompter = role.text().equals("prompter");
    if (!prompter && !role.text().equals("assistant")) {
      throw role.error("must be prompter or assistant");
    }
    String text = message.get("text").text();
    List<Message> turns = new ArrayList<>(before);
    turns.add(prompter ? Message.user(text) : Message.assistant(text));
    JsonValue list = message.find("replies");
    List<JsonValue> replies =
        list == null
            ? List.of()
            : list.items().stream().filter(reply -> !isDeleted(reply)).toList();
    if (prompter) {
      nodes.add(new Node(message, turns, replies));
    }
    for (JsonValue reply : replies) {
      walk(reply, turns, nodes);
    }
  }

  private static boolean isDeleted(JsonValue message) {
    JsonValue deleted = message.find("deleted");
    return deleted != null && deleted.bool();
  }
}
