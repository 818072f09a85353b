using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.Generation;

/// <summary>A model folder on disk like a released one, but 16 wide, with 64 codes and songs of up to 1.44 s.</summary>
public sealed class TinyModelFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TinyModelFolder()
    {
        LeVoRuntime.EnsureTorch();
        string goldens = System.IO.Path.Combine(Golden.Carried, "lelm");
        string tokenizer = System.IO.Path.Combine(goldens, "tokenizer");
        string config = File.ReadAllText(System.IO.Path.Combine(goldens, "config_tiny.yaml"))
            .Replace("dim: 64", "dim: 16", StringComparison.Ordinal)
            .Replace("intermediate_size: 128", "intermediate_size: 24", StringComparison.Ordinal)
            .Replace("num_heads: 4", "num_heads: 2", StringComparison.Ordinal)
            .Replace("token_path: tokenizer", $"token_path: {tokenizer}", StringComparison.Ordinal);
        File.WriteAllText(folder["config.yaml"],
            config + "\nlevo:\n  sampling: { temperature: 0.9, top_k: 7, cfg: 2, window: 9 }\n");
        Directory.CreateDirectory(folder["conf"]);
        File.Copy(System.IO.Path.Combine(goldens, "conf", "vocab.yaml"), folder["conf/vocab.yaml"]);
        WriteWeights(new()
        {
            Width = 16,
            FeedForwardWidth = 24,
            Heads = 2,
            MixedLayers = 2,
            TrackLayers = 2,
            CodeSize = 64,
            LyricsLength = 24,
            DescriptionLength = 12,
            PromptSeconds = 1,
            PromptLength = 27,
        });
    }

    public string Path => folder.Path;

    public void Dispose() => folder.Dispose();

    private void WriteWeights(LeLmConfig config)
    {
        var builder = new ParameterBuilder(new RandomTensorSource(5), CPU);
        using var model = new LeLm(builder, new LeLmTensors(config), config);
        using ParameterSet parameters = builder.Build("the tiny model");
        TensorWriter.Save(folder["model.safetensors"],
            parameters.ToStateDict().Select(entry => ("audiolm." + entry.Name, entry.Value)));
    }
}
