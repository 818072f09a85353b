// How does one convert a model's weights?
// Any file of tensors that is read, safetensors, torch archives, GGUF, becomes a safetensors file; a language model becomes
// the file that the CPU backend keeps beside it:
// dotnet run -c Release --project samples/LeVo.Samples.Convert -- --input model.gguf --output model.safetensors --to float16
// A folder of GGUF files becomes a model folder:
// dotnet run -c Release --project samples/LeVo.Samples.Convert -- --input community/ --output my-model --to float16
using System.Globalization;
using System.Security.Cryptography;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Samples.Shared;

const string Usage = """
    Converts a model's weights. Memory holds one tensor at a time.

      --input PATH   a safetensors file, a .pt or .ckpt file, a GGUF file; or a model folder, which stands for its language
                     model
      --output PATH  the file NAME.safetensors to write; any other name is a folder to write: for a folder of GGUF files, a
                     model folder with config.yaml, tokenizer and all weights; not with --to int8 and int4, whose file lies
                     beside the model
      --to TYPE      float32 (default), bfloat16, float16: the type of matrices and convolutions in a safetensors file;
                     int8, int4: the weights of the CPU backend
      --help         this text
    """;
var line = new ProgramArguments(args, ["--input", "--output", "--to"]);
ModelPrecision precision = line.Choice<ModelPrecision>("--to");
bool isForCpu = precision is ModelPrecision.Int8 or ModelPrecision.Int4;
line.Require("--input");
if (isForCpu && line.Has("--output"))
    line.Problems.Add($"--output: the file of --to {line.Text("--to")} lies beside the model, where the CPU backend looks for it.");
else if (!isForCpu)
    line.Require("--output");
if (line.Answer(Usage) is { } exitCode)
    return exitCode;
using var interruption = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
};
try
{
    string input = line.Text("--input")!;
    if (File.Exists(input))
        Console.WriteLine($"read     {await DescribeAsync(input, interruption.Token)}");
    string output = line.Text("--output") ?? "";
    bool isFolder = !isForCpu && Path.GetExtension(output) != ".safetensors";
    if (isFolder)
        ModelConverter.ToFolder(input, output, precision, new Percent(), interruption.Token);
    else if (isForCpu)
        output = ModelConverter.ToCpuWeights(input, precision, new Percent(), interruption.Token);
    else
        ModelConverter.ToSafetensors(input, output, precision, new Percent(), interruption.Token);
    IEnumerable<string> written =
        isFolder ? Directory.GetFiles(output, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [output];
    foreach (string file in written)
        Console.WriteLine($"written  {await DescribeAsync(file, interruption.Token)}");
    return 0;
}
catch (OperationCanceledException) when (interruption.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped. Nothing was written.");
    return 130;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException
    or ModelLoadException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}

// Path, size and hash, as sha256sum prints it.
static async Task<string> DescribeAsync(string path, CancellationToken cancellationToken)
{
    await using FileStream stream = File.OpenRead(path);
    byte[] hash = await SHA256.HashDataAsync(stream, cancellationToken);
    return string.Create(CultureInfo.InvariantCulture, $"{path}: {stream.Length:N0} bytes, SHA-256 {Convert.ToHexStringLower(hash)}");
}

/// <summary>Shows the part that is done on a terminal, in whole percents.</summary>
internal sealed class Percent : IProgress<double>
{
    private int shown = -1;

    public void Report(double value)
    {
        int percent = (int)(value * 100);
        if (percent == shown || Console.IsErrorRedirected)
            return;
        shown = percent;
        Console.Error.Write($"\r{percent} %{(percent == 100 ? "\r     \r" : "")}");
    }
}
