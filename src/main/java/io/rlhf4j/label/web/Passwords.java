package io.rlhf4j.label.web;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import java.util.concurrent.Semaphore;

/** Passwords by Argon2id: 19 MiB, two passes. */
public final class Passwords {
  private static final int SHORTEST = 10;
  private static final int LONGEST = 200;
  private static final Argon2Function ARGON2 =
      Argon2Function.getInstance(19_456, 2, 1, 32, Argon2.ID);

  /** Each hash takes its 19 MiB; a crowd at the door shall not take all memory. */
  private static final Semaphore PLACES = new Semaphore(4);

  private Passwords() {}

  /** Refuses what is too short to be a password. */
  public static void require(String password) {
    if (password.length() < SHORTEST || password.length() > LONGEST) {
      throw new Refusal(
          400,
          "A password has " + SHORTEST + " to " + LONGEST + " characters; a sentence is fine.");
    }
  }

  public static String hash(String password) {
    PLACES.acquireUninterruptibly();
    try {
      return Password.hash(password).addRandomSalt().with(ARGON2).getResult();
    } finally {
      PLACES.release();
    }
  }

  static boolean matches(String password, String hash) {
    if (password.length() > LONGEST) {
      return false;
    }
    PLACES.acquireUninterruptibly();
    try {
      return Password.check(password, hash).with(ARGON2);
    } finally {
      PLACES.release();
    }
  }
}
