// Runs an int8 network on one thread with the XNNPACK library: for every line read, the least seconds of one invoke.
//
//   invoke_xnnpack NETWORK INPUT
//
// The first line printed is the output's bytes as integers. NETWORK is the text that network-text.ts writes, INPUT the bytes of
// the input as integers.

#include <xnnpack.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace {

constexpr double kBlockSeconds = 0.005;
constexpr int kBlocks = 200;

void check(xnn_status status, const std::string& what) {
  if (status == xnn_status_success) return;
  std::cerr << what << ": status " << status << "\n";
  std::exit(1);
}

template <typename T>
T read(std::istream& in) {
  T value;
  if (!(in >> value)) {
    std::cerr << "the network ends too early\n";
    std::exit(1);
  }
  return value;
}

template <typename T>
std::vector<T> readList(std::istream& in) {
  std::vector<T> values(read<size_t>(in));
  for (T& value : values) value = read<T>(in);
  return values;
}

struct Value {
  std::vector<size_t> shape;
  std::vector<float> scales;
  std::vector<int8_t> bytes;
  std::vector<int32_t> words;
  uint32_t id;

  size_t size() const {
    size_t product = 1;
    for (size_t dimension : shape) product *= dimension;
    return product;
  }
};

// Shape, bits, zero point, scales and their axis, data; `external` is the number of a value from outside.
void define(std::istream& in, xnn_subgraph_t graph, Value& value, uint32_t external, uint32_t flags) {
  value.shape = readList<size_t>(in);
  const int bits = read<int>(in);
  const int zeroPoint = read<int>(in);
  value.scales = readList<float>(in);
  const size_t axis = read<size_t>(in);
  value.words = readList<int32_t>(in);
  const void* data = value.words.empty() ? nullptr : value.words.data();
  if (bits == 8 && data != nullptr) {
    value.bytes.assign(value.words.begin(), value.words.end());
    data = value.bytes.data();
  }
  if (value.scales.size() == 1) {
    check(xnn_define_quantized_tensor_value(graph, bits == 8 ? xnn_datatype_qint8 : xnn_datatype_qint32, zeroPoint,
                                            value.scales[0], value.shape.size(), value.shape.data(), data, external, flags, &value.id),
          "a value");
  } else {
    check(xnn_define_channelwise_quantized_tensor_value(graph, bits == 8 ? xnn_datatype_qcint8 : xnn_datatype_qcint32,
                                                        value.scales.data(), value.shape.size(), axis, value.shape.data(), data,
                                                        external, flags, &value.id),
          "a value with scales of its channels");
  }
}

// A kind, its operands, and what the kind needs.
void addNode(std::istream& in, xnn_subgraph_t graph, const std::vector<Value>& values) {
  const auto kind = read<std::string>(in);
  const auto next = [&] { return read<uint32_t>(in); };
  const Value& input = values[next()];
  const Value& output = values[next()];
  const float least = read<float>(in);
  const float most = read<float>(in);
  if (kind == "mean") {
    check(xnn_define_global_average_pooling_2d(graph, least, most, input.id, output.id, 0), kind);
    return;
  }
  const Value& filter = values[next()];
  const Value& bias = values[next()];
  if (kind == "dense") {
    check(xnn_define_fully_connected(graph, least, most, input.id, filter.id, bias.id, output.id, XNN_FLAG_TENSORFLOW_RESHAPE_2D), kind);
    return;
  }
  const uint32_t top = next(), right = next(), bottom = next(), left = next();
  const uint32_t strideY = next(), strideX = next(), dilationY = next(), dilationX = next();
  const uint32_t height = filter.shape[1], width = filter.shape[2];
  const size_t channels = input.shape.back(), outputs = output.shape.back();
  if (kind == "depthwise") {
    check(xnn_define_depthwise_convolution_2d(graph, top, right, bottom, left, height, width, strideY, strideX, dilationY, dilationX,
                                              outputs / channels, channels, least, most, input.id, filter.id, bias.id, output.id, 0),
          kind);
    return;
  }
  check(xnn_define_convolution_2d(graph, top, right, bottom, left, height, width, strideY, strideX, dilationY, dilationX, 1, channels,
                                  outputs, least, most, input.id, filter.id, bias.id, output.id, 0),
        kind);
}

double secondsOf(xnn_runtime_t runtime, int calls) {
  const auto started = std::chrono::steady_clock::now();
  for (int call = 0; call < calls; call++) xnn_invoke_runtime(runtime);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
}

double leastSeconds(xnn_runtime_t runtime) {
  int calls = 1;
  double least = 1e9;
  for (int block = 0; block < kBlocks; block++) {
    const double seconds = secondsOf(runtime, calls);
    if (seconds < kBlockSeconds) calls *= 2;
    else if (seconds / calls < least) least = seconds / calls;
  }
  return least;
}

}  // namespace

int main(int, char** arguments) {
  std::ifstream network(arguments[1]);
  std::ifstream numbers(arguments[2]);
  check(xnn_initialize(nullptr), "XNNPACK");
  xnn_subgraph_t graph;
  check(xnn_create_subgraph(2, 0, &graph), "a graph");
  std::vector<Value> values(read<size_t>(network));
  const size_t inputAt = read<size_t>(network), outputAt = read<size_t>(network);
  for (size_t i = 0; i < values.size(); i++) {
    const uint32_t external = i == inputAt ? 0 : i == outputAt ? 1 : XNN_INVALID_VALUE_ID;
    const uint32_t flags = i == inputAt ? XNN_VALUE_FLAG_EXTERNAL_INPUT : i == outputAt ? XNN_VALUE_FLAG_EXTERNAL_OUTPUT : 0;
    define(network, graph, values[i], external, flags);
  }
  const auto nodes = read<size_t>(network);
  for (size_t i = 0; i < nodes; i++) addNode(network, graph, values);
  xnn_runtime_t runtime;
  check(xnn_create_runtime(graph, &runtime), "the graph");

  const size_t outputSize = values[outputAt].size();
  std::vector<int8_t> input(values[inputAt].size() + XNN_EXTRA_BYTES), output(outputSize + XNN_EXTRA_BYTES);
  for (size_t i = 0; i < values[inputAt].size(); i++) input[i] = static_cast<int8_t>(read<int>(numbers));
  const xnn_external_value externals[] = {{0, input.data()}, {1, output.data()}};
  check(xnn_setup_runtime(runtime, 2, externals), "the memory");
  check(xnn_invoke_runtime(runtime), "an invoke");
  for (size_t i = 0; i < outputSize; i++) std::cout << (i > 0 ? " " : "") << static_cast<int>(output[i]);
  std::cout << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << leastSeconds(runtime) << std::endl;
}
