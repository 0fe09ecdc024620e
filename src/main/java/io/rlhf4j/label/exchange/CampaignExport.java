package io.rlhf4j.label.exchange;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Jsonl;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Rating;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Instruction;
import io.rlhf4j.label.answer.Label;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A campaign's labels as the files that training reads: this project's, and those of TRL. Every row
 * says where it comes from: campaign, instructions and their version, the labeler's pseudonym and
 * role, the submission.
 */
public final class CampaignExport {
  /** One kind of file. */
  public enum Format {
    PROMPTS,
    DEMONSTRATIONS,
    RANKINGS,
    COMPARISONS,
    RATINGS,
    /** TRL's prompt-completion rows. */
    TRL_SFT,
    /** TRL's preference rows with explicit prompts, and weights that sum to 1 per ranking. */
    TRL_PREFERENCE,
    /** TRL's unpaired preferences: 5 and above is good, 3 and below is not, 4 is left out. */
    TRL_UNPAIRED;

    /** As in {@code rankings.jsonl}. */
    public String fileName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".jsonl";
    }
  }

  private final List<Label> labels;
  private final Map<String, Instruction> instructions;

  /**
   * @param instructions by id
   */
  public CampaignExport(List<Label> labels, Map<String, Instruction> instructions) {
    this.labels = List.copyOf(labels);
    this.instructions = Map.copyOf(instructions);
  }

  public static CampaignExport of(List<Label> labels, List<Instruction> instructions) {
    Map<String, Instruction> byId = new HashMap<>();
    instructions.forEach(one -> byId.put(one.id(), one));
    return new CampaignExport(labels, byId);
  }

  public List<ObjectNode> rows(Format format) {
    return switch (format) {
      case PROMPTS -> rows(Label::prompts, DataFiles::row);
      case DEMONSTRATIONS -> rows(Label::demonstrations, DataFiles::row);
      case RANKINGS -> rows(Label::rankings, DataFiles::row);
      case COMPARISONS -> rows(Label::comparisons, DataFiles::row);
      case RATINGS -> rows(Label::ratings, DataFiles::row);
      case TRL_SFT -> rows(Label::demonstrations, CampaignExport::trlSft);
      case TRL_PREFERENCE -> rows(Label::comparisons, CampaignExport::trlPreference);
      case TRL_UNPAIRED ->
          rows(
              label -> label.ratings().stream().filter(rating -> rating.likert() != 4).toList(),
              CampaignExport::trlUnpaired);
    };
  }

  /** Formats of which there is at least one row. */
  public List<Format> formats() {
    List<Format> formats = new ArrayList<>();
    for (Format format : Format.values()) {
      if (!rows(format).isEmpty()) {
        formats.add(format);
      }
    }
    return formats;
  }

  /** Writes one file; an error when there is nothing to write. */
  public void write(Format format, Path file) {
    List<ObjectNode> rows = rows(format);
    if (rows.isEmpty()) {
      throw new InputException(
          "the campaign holds no %s yet; what it holds is %s"
              .formatted(
                  format.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  formats().stream().map(Format::fileName).toList()));
    }
    Jsonl.write(file, rows);
  }

  private <T> List<ObjectNode> rows(Function<Label, List<T>> records, Function<T, ObjectNode> row) {
    List<ObjectNode> rows = new ArrayList<>();
    for (Label label : labels) {
      for (T one : records.apply(label)) {
        ObjectNode node = row.apply(one);
        node.set("lineage", lineage(label));
        rows.add(node);
      }
    }
    return rows;
  }

  private ObjectNode lineage(Label label) {
    Campaign campaign = label.campaign();
    Instruction instruction = instructions.get(label.submission().instructionId());
    ObjectNode lineage = JsonNodeFactory.instance.objectNode();
    lineage.put("campaign", campaign.name());
    if (instruction != null) {
      lineage.put("instructions", instruction.name());
      lineage.put("instructions_version", instruction.version());
    }
    return lineage
        .put("labeler", label.labeler())
        .put("role", label.submission().role().name().toLowerCase(Locale.ROOT))
        .put("submission", label.submission().id());
  }

  private static ObjectNode trlSft(Demonstration demonstration) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.set("prompt", messages(demonstration.prompt()));
    row.set("completion", answer(demonstration.completion()));
    return row;
  }

  private static ObjectNode trlPreference(Comparison comparison) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.set("prompt", messages(comparison.prompt()));
    row.set("chosen", answer(comparison.chosen()));
    row.set("rejected", answer(comparison.rejected()));
    return row.put("weight", comparison.weight());
  }

  private static ObjectNode trlUnpaired(Rating rating) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.set("prompt", messages(rating.completion().prompt()));
    row.set("completion", answer(rating.completion().text()));
    return row.put("label", rating.likert() > 4);
  }

  private static ArrayNode messages(Prompt prompt) {
    ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    for (Message message : prompt.messages()) {
      turns
          .addObject()
          .put("role", message.role().name().toLowerCase(Locale.ROOT))
          .put("content", message.content());
    }
    return turns;
  }

  private static ArrayNode answer(String text) {
    ArrayNode turns = JsonNodeFactory.instance.arrayNode();
    turns.addObject().put("role", "assistant").put("content", text);
    return turns;
  }
}
