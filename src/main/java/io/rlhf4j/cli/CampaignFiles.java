package io.rlhf4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.exchange.CampaignExport;
import io.rlhf4j.label.exchange.CampaignExport.Format;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Ids;
import io.rlhf4j.label.web.Stores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets a training command read a campaign where it reads a file: {@code rankings=label:CAMPAIGN},
 * or {@code label:CAMPAIGN@DATABASE}. The labels of that moment are written to a file named after
 * its content, so that a run knows exactly which labels it was trained on.
 */
final class CampaignFiles {
  private static final String PREFIX = "label:";

  /** Which settings may name a campaign, and what they want of it. */
  private static final Map<String, Format> FORMATS =
      Map.of(
          "rankings", Format.RANKINGS,
          "comparisons", Format.COMPARISONS,
          "demonstrations", Format.DEMONSTRATIONS,
          "valid", Format.DEMONSTRATIONS,
          "center", Format.DEMONSTRATIONS,
          "prompts", Format.PROMPTS);

  private final Path folder;
  private final String otherwise;

  /**
   * @param folder for the files
   * @param otherwise the database where none is named
   */
  CampaignFiles(Path folder, String otherwise) {
    this.folder = folder;
    this.otherwise = otherwise;
  }

  /** In the working folder's hidden one, from label.db. */
  static CampaignFiles standard() {
    return new CampaignFiles(Path.of(".rlhf4j", "campaigns"), "label.db");
  }

  /** The same settings with files in the place of campaigns. */
  <T extends Record> T resolve(T job) {
    RecordComponent[] components = job.getClass().getRecordComponents();
    @Nullable Object[] values = new Object[components.length];
    boolean changed = false;
    try {
      for (int i = 0; i < components.length; i++) {
        components[i].getAccessor().setAccessible(true);
        values[i] = components[i].getAccessor().invoke(job);
        if (values[i] instanceof Path path && path.toString().startsWith(PREFIX)) {
          values[i] = file(components[i].getName(), path.toString().substring(PREFIX.length()));
          changed = true;
        }
      }
      if (!changed) {
        return job;
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      @SuppressWarnings("unchecked")
      T resolved = (T) job.getClass().getDeclaredConstructor(types).newInstance(values);
      return resolved;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("cannot copy " + job.getClass(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot copy " + job.getClass(), e);
    }
  }

  private Path file(String key, String reference) {
    Format format = FORMATS.get(key);
    if (format == null) {
      throw new InputException(
          "%s cannot be read from a campaign, was label:%s; these can: %s"
              .formatted(key, reference, FORMATS.keySet().stream().sorted().toList()));
    }
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    String where = at < 0 ? otherwise : reference.substring(at + 1);
    if (!where.startsWith("jdbc:") && !Files.exists(Path.of(where))) {
      throw new InputException(
          "%s=label:%s: the labeling database %s does not exist; name it as label:%s@FILE"
              .formatted(key, reference, where, name));
    }
    try (Database database = Database.open(where)) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
      CampaignExport export =
          CampaignExport.of(stores.submissions().labels(campaign), stores.instructions().all());
      StringBuilder rows = new StringBuilder();
      for (ObjectNode row : export.rows(format)) {
        rows.append(row).append('\n');
      }
      if (rows.isEmpty()) {
        throw new InputException(
            "%s=label:%s: the campaign holds no %s yet; what it holds is %s"
                .formatted(
                    key,
                    reference,
                    format.fileName(),
                    export.formats().stream().map(Format::fileName).toList()));
      }
      String text = rows.toString();
      String hash = Ids.hash(text).substring(0, 12);
      Path file =
          folder.resolve(name).resolve(format.fileName().replace(".jsonl", "-" + hash + ".jsonl"));
      AtomicFile.write(file, text);
      return file;
    }
  }
}
