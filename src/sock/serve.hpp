#pragma once

#include "sock/connection.hpp"
#include "sock/observer.hpp"

namespace sock {

/// Serves one connection with blocking calls, from its first word to its last, and returns why it
/// ended; the modes `blocking` and `threads` differ only in who calls this.
End serve(Connection& connection, Observer& observer);

/// What may have to be waited for between the last word and the close (lingering_close.hpp).
void linger(Connection& connection, End why);

}  // namespace sock
