using LeVo.Codec.Model;
using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Model;

namespace LeVo.Benchmarks.Songs;

/// <summary>
/// A model folder of the released v2-medium size with random weights: the language model in bfloat16, flow decoder and
/// autoencoder in float32. Songs of such a model never end by themselves: the end class of the mixed head has a logit of 0,
/// which lies in the middle of the other classes and outside the sampler's top 5000.
/// </summary>
internal static class ReleasedSizeFolder
{
    /// <summary>The tokenizer of the demo model, from the repository's root.</summary>
    public const string Tokenizer = "models/levo-demo/tokenizer";

    private const string VaeJson = """
        { "model_type": "autoencoder", "sample_rate": 48000, "audio_channels": 2,
          "model": {
            "encoder": { "type": "oobleck", "config": { "in_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
              "strides": [2, 4, 4, 6, 10], "latent_dim": 128, "use_snake": true } },
            "decoder": { "type": "oobleck", "config": { "out_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
              "strides": [2, 4, 4, 6, 10], "latent_dim": 64, "use_snake": true, "final_tanh": false } },
            "bottleneck": { "type": "vae" }, "latent_dim": 64, "downsampling_ratio": 1920, "io_channels": 2 } }
        """;

    /// <summary>The released sizes, with the ids of the demo's tokenizer, whose tables have fewer rows than the released ones.</summary>
    public static LeLmConfig V2Medium { get; } = new() { TextPadId = 256, StructureBase = 258 };

    /// <summary>Writes the folder unless it is complete already; 9 GB.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">Sizes of the language model.</param>
    public static void Ensure(string folder, LeLmConfig config)
    {
        // The configuration is written last and contains every size that can differ.
        string configFile = Path.Combine(folder, "config.yaml");
        string text = ModelConfigWriter.Write(config, new LevoSection(), new Dictionary<string, string>
        {
            ["audio_tokenizer_checkpoint_sep"] = "Flow1dVAESeparate_codec/dual.safetensors",
            ["vae_config"] = "vae/vae.json",
            ["vae_model"] = "vae/vae.safetensors",
        });
        if (File.Exists(configFile) && File.ReadAllText(configFile) == text)
            return;
        foreach (string old in Directory.Exists(folder) ? Directory.GetFiles(folder, "model.*") : [])
            File.Delete(old);
        Console.WriteLine($"writing random weights to '{folder}' ...");
        var lelm = new LeLmTensors(config);
        string mixedHead = lelm.MixedHead.Weight.Name;
        Write("model.safetensors", lelm.Used, ElementType.BFloat16, (tensor, values) =>
        {
            if (tensor.Name == mixedHead)
                values.ZeroRow = config.EosId;
        });
        var codec = new CodecTensors(CodecSizes.DualTrack with { HasEncoder = false });
        LatentNormalizerTensors statistics = codec.Flow!.Inputs.Normalizer;
        string[] counted = [statistics.Count.Name, statistics.SumOfSquares.Name];
        Write("codec/dual.safetensors", codec.All.Where(tensor => tensor.Use != TensorUse.Unused), ElementType.Float32,
            (tensor, values) =>
            {
                // Statistics of a million latents with variance 1.
                if (counted.Contains(tensor.Name))
                    values.Constant = 1e6f;
            });
        Write("vae/vae.safetensors", new VaeTensors(new()).All.Where(
            tensor => tensor.Name.StartsWith("decoder.", StringComparison.Ordinal)), ElementType.Float32, (_, _) => { });
        File.WriteAllText(Path.Combine(folder, "vae", "vae.json"), VaeJson);
        Directory.CreateDirectory(Path.Combine(folder, ModelConfigWriter.Tokenizer));
        foreach (string file in Directory.GetFiles(Tokenizer))
            File.Copy(file, Path.Combine(folder, ModelConfigWriter.Tokenizer, Path.GetFileName(file)), overwrite: true);
        File.WriteAllText(configFile, text);

        void Write(string name, IEnumerable<TensorInfo> tensors, ElementType type, Action<TensorInfo, RandomValues> adjust) =>
            SafetensorsWriter.Write(Path.Combine(folder, name), tensors.Select((tensor, i) =>
            {
                var values = new RandomValues(tensor, (uint)i);
                adjust(tensor, values);
                return new TensorToWrite(tensor.Name, type, tensor.Shape, stream => values.Write(stream, type));
            }));
    }
}
