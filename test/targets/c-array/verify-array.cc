// Linked with the generated source; argv[1] is the model's file. Exits 0 exactly if the array is the model.
#include <cstdint>
#include <cstdio>

#include MODEL_HEADER

static_assert(g_model_len > 0, "the length is a constant expression");

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::FILE* file = std::fopen(argv[1], "rb");
  if (file == nullptr) return 2;
  unsigned int length = 0;
  bool same = true;
  for (int byte = std::fgetc(file); byte != EOF; byte = std::fgetc(file), ++length) {
    if (length >= g_model_len || g_model[length] != byte) {
      same = false;
      break;
    }
  }
  std::fclose(file);
  if (!same) {
    std::printf("byte %u differs\n", length);
    return 1;
  }
  if (length != g_model_len) {
    std::printf("length is %u instead of %u\n", g_model_len, length);
    return 1;
  }
  if (reinterpret_cast<std::uintptr_t>(g_model) % 16 != 0) {
    std::printf("not aligned\n");
    return 1;
  }
  return 0;
}
