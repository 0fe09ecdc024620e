/**
 * Text to ids and back, chat templates, and a trainer of byte-level BPE vocabularies. No tensors.
 */
@NullMarked
package io.rlhf4j.tokenizer;

import org.jspecify.annotations.NullMarked;
