#pragma once

#include <memory>
#include <string>

#include "line_editor.hpp"

namespace sockclient {

/// Editing and history with libedit; needs a terminal that understands escape sequences. The
/// history is kept in memory only and no `.editrc` is read.
std::unique_ptr<LineEditor> make_editline_editor(std::string prompt, LineEditor::Wait wait);

}  // namespace sockclient
