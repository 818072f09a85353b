using System.Globalization;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>A whole model folder of random weights: the tiny codec and a language model of its codes.</summary>
internal sealed class TinyModel : IDisposable
{
    private readonly TinyCodec codec;

    /// <param name="withEncoder">Whether the codec can encode sound.</param>
    /// <param name="windowSeconds">Length of the codec's windows.</param>
    public TinyModel(bool withEncoder = false, double windowSeconds = 1)
    {
        codec = new(withEncoder);
        string goldens = System.IO.Path.Combine(Golden.Carried, "lelm");
        string config = File.ReadAllText(System.IO.Path.Combine(goldens, "config_tiny.yaml"))
            .Replace("dim: 64", "dim: 16", StringComparison.Ordinal)
            .Replace("code_size: 64", $"code_size: {TinyCodec.CodebookSize}", StringComparison.Ordinal)
            .Replace("token_path: tokenizer", $"token_path: {goldens}/tokenizer", StringComparison.Ordinal)
            .Replace("conf/vocab.yaml", $"{goldens}/conf/vocab.yaml", StringComparison.Ordinal);
        File.WriteAllText(codec.At("config.yaml"), config + string.Create(CultureInfo.InvariantCulture, $$"""

            audio_tokenizer_checkpoint_sep: Flow1dVAESeparate_dual.safetensors
            vae_config: vae.json
            vae_model: vae.safetensors
            levo:
              codec:
                taps: { mixed: 1, vocal: 1, accompaniment: 1 }
                estimator_heads: { mixed: 2, dual: 2 }
                segment_seconds: 2
                window_seconds: {{windowSeconds}}
                steps: 2
                silent_codes: { vocal: 3, accompaniment: 4 }
            """));
        if (withEncoder)
            File.AppendAllText(codec.At("config.yaml"), "\naudio_tokenizer_checkpoint: Flow1dVAE1rvq_mixed.safetensors\n");
        var builder = new ParameterBuilder(new RandomTensorSource(5), CPU);
        var sizes = new LeLmConfig
        {
            Width = 16,
            FeedForwardWidth = 128,
            Heads = 4,
            MixedLayers = 2,
            TrackLayers = 2,
            CodeSize = TinyCodec.CodebookSize,
            LyricsLength = 24,
            DescriptionLength = 12,
            PromptSeconds = 1,
            PromptLength = 27,
        };
        using var model = new LeLm(builder, new LeLmTensors(sizes), sizes);
        using ParameterSet parameters = builder.Build("the tiny model");
        TensorWriter.Save(codec.At("model.safetensors"),
            parameters.ToStateDict().Select(tensor => (ModelFolder.LeLmPrefix + tensor.Name, tensor.Value)));
    }

    public string Path => System.IO.Path.GetDirectoryName(codec.At("config.yaml"))!;

    public void Dispose() => codec.Dispose();
}
