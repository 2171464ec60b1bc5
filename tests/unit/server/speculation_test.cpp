#include "server/speculation.hpp"

#include "support/catch.hpp"

using sock::Speculation;

TEST_CASE("what found nothing lately is tried only now and then") {
  Speculation speculation;
  int tried = 0;
  for (int i = 0; i < 6400; ++i) {
    if (!speculation.is_worthwhile()) continue;
    ++tried;
    speculation.note(false);
  }
  CHECK(tried == 100);
}

TEST_CASE("what finds something is tried each time, and a few failures do not change that") {
  Speculation speculation;
  while (!speculation.is_worthwhile()) {
  }
  for (int i = 0; i < 100; ++i) speculation.note(true);
  for (int i = 0; i < 10; ++i) speculation.note(false);
  for (int i = 0; i < 100; ++i) CHECK(speculation.is_worthwhile());
}

TEST_CASE("what finds something no more is given up, however long it went well") {
  Speculation speculation;
  for (int i = 0; i < 1'000'000; ++i) speculation.note(true);
  for (int i = 0; i < 16; ++i) speculation.note(false);
  CHECK_FALSE(speculation.is_worthwhile());
}
