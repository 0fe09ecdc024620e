package io.rlhf4j.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An adapter as a folder of Hugging Face's PEFT: adapter_config.json and adapter_model.safetensors,
 * which {@code PeftModel.from_pretrained} puts on the model that was adapted.
 */
public final class AdapterFolder {
  /** PEFT's wrapper and the model that it holds. */
  private static final String PREFIX = "base_model.model.";

  private AdapterFolder() {}

  /**
   * Writes a model's adapter; a model without one leaves no folder.
   *
   * @param base folder of the model that was adapted
   */
  public static void write(Path folder, Transformer model, Path base) {
    Adapter adapter = model.adapter();
    if (adapter == null) {
      return;
    }
    List<NamedTensor> tensors =
        adapter.weights().names().stream()
            .map(name -> new NamedTensor(PREFIX + name, adapter.weights().get(name)))
            .toList();
    SafetensorsWriter.write(
        folder.resolve("adapter_model.safetensors"), tensors, Map.of("format", "pt"));
    AtomicFile.write(
        folder.resolve("adapter_config.json"),
        config(model, adapter, base).toPrettyString() + "\n");
  }

  private static ObjectNode config(Transformer model, Adapter adapter, Path base) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", model.heads().scalar() ? "SEQ_CLS" : "CAUSAL_LM");
    json.put("base_model_name_or_path", base.toString());
    json.put("r", adapter.rank());
    if (adapter.alpha() == Math.rint(adapter.alpha())) {
      json.put("lora_alpha", (long) adapter.alpha()); // PEFT declares an integer
    } else {
      json.put("lora_alpha", adapter.alpha());
    }
    json.put("lora_dropout", 0.0);
    adapter.targets().forEach(json.putArray("target_modules")::add);
    // GPT-2's Conv1D holds [in, out]; B A is [out, in] in every family.
    json.put("fan_in_fan_out", model.config().family() == Family.GPT2);
    json.put("bias", "none");
    if (model.heads().scalar()) {
      json.putArray("modules_to_save").add("score");
    } else {
      json.putNull("modules_to_save");
    }
    json.put("init_lora_weights", true);
    json.put("use_rslora", false);
    json.put("use_dora", false);
    json.put("inference_mode", true);
    return json;
  }
}
