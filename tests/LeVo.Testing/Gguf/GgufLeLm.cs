using System.Text.Json;
using LeVo.Core.Model;

namespace LeVo.Testing.Gguf;

/// <summary>
/// Language models in GGUF files. The names are written down a second time, so that a mistake in the reader's table
/// shows.
/// </summary>
internal static class GgufLeLm
{
    private const string Conditions = "condition_provider.conditioners.";

    /// <summary>Writes the metadata and all tensors.</summary>
    /// <param name="config">Sizes.</param>
    /// <param name="type">The type of matrices, or of each by the name in the file; vectors are F32.</param>
    /// <param name="values">Values by the name in the state dict, and the shape.</param>
    /// <param name="tokenizer">Folder of a tokenizer, or null for none.</param>
    public static GgufWriter Create(LeLmConfig config, Func<string, GgufTensorType> type, Func<string, long[], float[]> values,
        string? tokenizer = null)
    {
        var shapes = new LeLmTensors(config).All.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        GgufWriter writer = Metadata(config);
        if (tokenizer is not null)
            AddTokenizer(writer, tokenizer);
        foreach ((string theirs, string ours) in Names(config))
        {
            long[] shape = shapes[ours];
            bool isVector = shape.Length < 2 || theirs.Contains("eot", StringComparison.Ordinal);
            writer.Add(theirs, isVector ? GgufTensorType.F32 : type(theirs), values(ours, shape), shape);
        }
        return writer;
    }

    /// <summary>The type of a matrix in the profile Q4_K_M.</summary>
    public static GgufTensorType Q4KM(string name) => Mixed(name, GgufTensorType.Q4K);

    /// <summary>The type of a matrix in the profile Q5_K_M.</summary>
    public static GgufTensorType Q5KM(string name) => Mixed(name, GgufTensorType.Q5K);

    /// <summary>Name in the file and name in the state dict.</summary>
    public static IEnumerable<(string Theirs, string Ours)> Names(LeLmConfig config) =>
    [
        ("token_embd.mixed", "emb.0.weight"),
        ("token_embd.vocal", "layer2_emb.1.weight"),
        ("token_embd.bgm", "layer2_emb.2.weight"),
        ("output.mixed", "transformer.lm_head.weight"),
        ("output.vocal", "linears.0.weight"),
        ("output.bgm", "linears.1.weight"),
        ("main.output_norm", "transformer.model.norm.weight"),
        ("detail.output_norm", "transformer2.model.norm.weight"),
        ("bridge.0.weight", "mlp.0.weight"),
        ("bridge.0.bias", "mlp.0.bias"),
        ("bridge.2.weight", "mlp.2.weight"),
        ("bridge.2.bias", "mlp.2.bias"),
        .. Layers("main", "transformer", config.MixedLayers),
        .. Layers("detail", "transformer2", config.TrackLayers),
        ("cond.lyrics.weight", Conditions + "description.output_proj.weight"),
        ("cond.structure.weight", Conditions + "description.structure_emb.weight"),
        ("cond.style.weight", Conditions + "type_info.output_proj.weight"),
        ("cond.prompt_embd.mixed.weight", Conditions + "prompt_audio.emb.0.weight"),
        ("cond.prompt_embd.vocal.weight", Conditions + "prompt_audio.emb.1.weight"),
        ("cond.prompt_embd.bgm.weight", Conditions + "prompt_audio.emb.2.weight"),
        ("cond.prompt_eot.mixed", Conditions + "prompt_audio.EOT_emb"),
        ("cond.prompt_eot.detail", Conditions + "prompt_audio.layer2_EOT_emb"),
    ];

    private static IEnumerable<(string, string)> Layers(string stack, string ours, int layers) =>
        from layer in Enumerable.Range(0, layers)
        from pair in ((string, string)[])
        [
            ("attn_norm.weight", "input_layernorm"), ("attn_q.weight", "self_attn.q_proj"),
            ("attn_k.weight", "self_attn.k_proj"), ("attn_v.weight", "self_attn.v_proj"),
            ("attn_output.weight", "self_attn.o_proj"), ("ffn_norm", "post_attention_layernorm"),
            ("ffn_gate.weight", "mlp.gate_proj"), ("ffn_up.weight", "mlp.up_proj"), ("ffn_down.weight", "mlp.down_proj"),
        ]
        select ($"{stack}.blk.{layer}.{pair.Item1}", $"{ours}.model.layers.{layer}.{pair.Item2}.weight");

    private static GgufTensorType Mixed(string name, GgufTensorType other) =>
        name.StartsWith("token_embd", StringComparison.Ordinal) || name.StartsWith("output", StringComparison.Ordinal)
        || name.StartsWith("cond", StringComparison.Ordinal) || name.StartsWith("bridge", StringComparison.Ordinal)
        || name.EndsWith("attn_v.weight", StringComparison.Ordinal) || name.EndsWith("attn_output.weight", StringComparison.Ordinal)
        || name.EndsWith("ffn_down.weight", StringComparison.Ordinal)
            ? GgufTensorType.Q6K
            : other;

    private static GgufWriter Metadata(LeLmConfig config) => new GgufWriter("levo2")
        .Set("levo2.schema_version", 1)
        .Set("levo2.main.block_count", config.MixedLayers)
        .Set("levo2.detail.block_count", config.TrackLayers)
        .Set("levo2.embedding_length", config.Width)
        .Set("levo2.feed_forward_length", config.FeedForwardWidth)
        .Set("levo2.attention.head_count", config.Heads)
        .Set("levo2.attention.kv_head_count", config.Heads)
        .Set("levo2.context_length", 10_000)
        .Set("levo2.codebook.count", config.Codebooks)
        .Set("levo2.codebook.size", config.CodeSize)
        .Set("levo2.token.eos_id", config.EosId)
        .Set("levo2.token.special_id", config.SpecialId)
        .Set("levo2.audio.frame_rate", config.FrameRate)
        .Set("levo2.rms_norm_epsilon", 1e-5f)
        .Set("levo2.main.rope_theta", config.MixedRopeTheta)
        .Set("levo2.detail.rope_theta", config.TrackRopeTheta)
        .Set("levo2.pattern.delays", [.. config.Delays])
        .Set("levo2.condition.lyrics_prefix_length", config.LyricsLength)
        .Set("levo2.condition.style_prefix_length", config.DescriptionLength)
        .Set("levo2.condition.prompt_prefix_length", config.PromptLength);

    private static void AddTokenizer(GgufWriter writer, string folder)
    {
        var ids = JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(Path.Combine(folder, "vocab.json")))!;
        writer.Set("tokenizer.ggml.model", "gpt2")
            .Set("tokenizer.ggml.tokens", [.. ids.OrderBy(pair => pair.Value).Select(pair => pair.Key), "<|endoftext|>", "<|im_start|>"])
            .Set("tokenizer.ggml.merges", [.. File.ReadLines(Path.Combine(folder, "merges.txt")).Where(line => line.Contains(' ', StringComparison.Ordinal) && line[0] != '#')])
            .Set("levo2.tokenizer.config.json", File.ReadAllText(Path.Combine(folder, "tokenizer_config.json")));
    }
}
