using System.Text.RegularExpressions;

namespace LeVo.Core.Checkpoints;

/// <summary>How a tensor of a GGUF file differs from the one in a state dict.</summary>
internal enum GgufForm
{
    /// <summary>It does not.</summary>
    Same,

    /// <summary>A vector there is a row <c>[1, n]</c> here.</summary>
    Row,

    /// <summary>A folded 1 x 1 convolution <c>[out, in]</c> there is <c>[out, in, 1]</c> here.</summary>
    Pointwise,

    /// <summary><c>[out, in]</c> there, with zeros at the end of each row, is <c>[in, out]</c> here.</summary>
    Transposed,
}

/// <summary>
/// The one table of names in LeVo's GGUF files and in state dicts, by architecture; # is a number. The suffix
/// <c>.weight</c> may be absent there.
/// </summary>
internal static partial class GgufNames
{
    /// <summary>The architecture of language models.</summary>
    public const string LanguageModel = "levo2";

    /// <summary>The architecture of flow decoders.</summary>
    public const string Flow = "levo2_flow";

    /// <summary>The architecture of autoencoders.</summary>
    public const string Vae = "levo2_vae";

    private const string Weight = ".weight";
    private const string Conditions = "condition_provider.conditioners.";
    private const string Estimator = "cfm_wrapper.estimator.";

    private static readonly Dictionary<string, (string Ours, GgufForm Form)> LanguageModelNames = Table(
    [
        ("token_embd.mixed", "emb.0.weight"),
        ("token_embd.vocal", "layer2_emb.1.weight"),
        ("token_embd.bgm", "layer2_emb.2.weight"),
        ("output.mixed", "transformer.lm_head.weight"),
        ("output.vocal", "linears.0.weight"),
        ("output.bgm", "linears.1.weight"),
        ("bridge.#", "mlp.#.weight"),
        ("bridge.#.bias", "mlp.#.bias"),
        .. Stack("main", "transformer"),
        .. Stack("detail", "transformer2"),
        ("cond.lyrics", Conditions + "description.output_proj.weight"),
        ("cond.structure", Conditions + "description.structure_emb.weight"),
        ("cond.style", Conditions + "type_info.output_proj.weight"),
        ("cond.prompt_embd.mixed", Conditions + "prompt_audio.emb.0.weight"),
        ("cond.prompt_embd.vocal", Conditions + "prompt_audio.emb.1.weight"),
        ("cond.prompt_embd.bgm", Conditions + "prompt_audio.emb.2.weight"),
        ("cond.prompt_eot.mixed", Conditions + "prompt_audio.EOT_emb", GgufForm.Row),
        ("cond.prompt_eot.detail", Conditions + "prompt_audio.layer2_EOT_emb", GgufForm.Row),
    ]);

    private static readonly Dictionary<string, (string Ours, GgufForm Form)> FlowNames = Table(
    [
        .. Quantizer("vocal", "rvq_bestrq_emb"),
        .. Quantizer("bgm", "rvq_bestrq_bgm_emb"),
        ("flow.mask_embedding", "mask_emb.weight"),
        ("flow.null_condition", "zero_cond_embedding1"),
        ("flow.norm.counts", "normfeat.counts"),
        ("flow.norm.sum_x", "normfeat.sum_x"),
        ("flow.norm.sum_x2", "normfeat.sum_x2"),
        ("flow.position_embedding", Estimator + "wpe.weight"),
        .. Linear("flow.time_embedding.linear_1", Estimator + "adaln_single.emb.timestep_embedder.linear_1"),
        .. Linear("flow.time_embedding.linear_2", Estimator + "adaln_single.emb.timestep_embedder.linear_2"),
        .. Linear("flow.time_modulation", Estimator + "adaln_single.linear"),
        .. Linear("flow.block.#.norm_1", Estimator + "h.#.ln_1"),
        .. Linear("flow.block.#.norm_2", Estimator + "h.#.ln_2"),
        .. Linear("flow.block.#.attn.qkv", Estimator + "h.#.attn.c_attn", GgufForm.Transposed),
        .. Linear("flow.block.#.attn.out", Estimator + "h.#.attn.c_proj", GgufForm.Transposed),
        .. Linear("flow.block.#.ffn.in", Estimator + "h.#.mlp.c_fc", GgufForm.Transposed),
        .. Linear("flow.block.#.ffn.out", Estimator + "h.#.mlp.c_proj", GgufForm.Transposed),
        ("flow.block.#.modulation", Estimator + "h.#.scale_shift_table"),
        ("flow.final_modulation", Estimator + "scale_shift_table"),
        .. Linear("flow.final_norm", Estimator + "ln_f"),
        .. Linear("flow.output", Estimator + "proj_out"),
    ]);

    /// <summary>The name and the form of a tensor in the state dict, or null for a name that is not in the
    /// table.</summary>
    public static (string Name, GgufForm Form)? Find(string architecture, string name)
    {
        if (architecture == Vae)
            return VaeName(name);
        if (name.EndsWith(Weight, StringComparison.Ordinal))
            name = name[..^Weight.Length];
        string[] numbers = [.. Numbers().Matches(name).Select(match => match.Value)];
        if (!Of(architecture).TryGetValue(numbers.Length == 0 ? name : Numbers().Replace(name, "#"), out var entry))
            return null;
        return (numbers.Length == 0 ? entry.Ours : entry.Ours.Replace("#", numbers[0], StringComparison.Ordinal), entry.Form);
    }

    /// <summary>
    /// The name of a tensor with a value for each input of a block's matrix: the first norm, or for the second matrix of
    /// the feed-forward part the first one.
    /// </summary>
    public static string InputsOf(string name)
    {
        const string Contract = ".ffn.out", Expand = ".ffn.in";
        return name.Contains(Contract, StringComparison.Ordinal)
            ? name.Replace(Contract, Expand, StringComparison.Ordinal)
            : string.Join('.', name.Split('.').Take(3)) + ".norm_1.weight";
    }

    private static Dictionary<string, (string Ours, GgufForm Form)> Of(string architecture) =>
        architecture == Flow ? FlowNames : LanguageModelNames;

    /// <summary>The decoder's names are those of the state dict; activations are named after what they store.</summary>
    private static (string, GgufForm)? VaeName(string name)
    {
        const string Prefix = "vae.", Logarithm = "_log";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        name = name[Prefix.Length..];
        return (name.EndsWith(Logarithm, StringComparison.Ordinal) ? name[..^Logarithm.Length] : name, GgufForm.Same);
    }

    private static IEnumerable<(string, string, GgufForm)> Stack(string stack, string ours)
    {
        string layer = $"{ours}.model.layers.#.";
        (string, string)[] names =
        [
            ("attn_norm", "input_layernorm"), ("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"),
            ("attn_v", "self_attn.v_proj"), ("attn_output", "self_attn.o_proj"), ("ffn_norm", "post_attention_layernorm"),
            ("ffn_gate", "mlp.gate_proj"), ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"),
        ];
        return names.Select(pair => ($"{stack}.blk.#.{pair.Item1}", layer + pair.Item2 + Weight, GgufForm.Same))
            .Append(($"{stack}.output_norm", $"{ours}.model.norm.weight", GgufForm.Same));
    }

    private static (string, string, GgufForm)[] Linear(string name, string ours, GgufForm form = GgufForm.Same) =>
        [(name, ours + Weight, form), (name + ".bias", ours + ".bias", GgufForm.Same)];

    private static (string, string, GgufForm)[] Quantizer(string name, string ours) =>
    [
        ($"flow.rvq.{name}.codebook", ours + ".quantizers.0.codebook.weight", GgufForm.Same),
        .. Linear($"flow.rvq.{name}.out_proj", ours + ".quantizers.0.out_proj", GgufForm.Pointwise),
    ];

    private static Dictionary<string, (string, GgufForm)> Table(IEnumerable<Entry> entries) =>
        entries.ToDictionary(entry => entry.Name, entry => (entry.Ours, entry.Form), StringComparer.Ordinal);

    /// <summary>A number between dots, or at the end.</summary>
    [GeneratedRegex(@"(?<=\.)\d+(?=\.|$)")]
    private static partial Regex Numbers();

    private readonly record struct Entry(string Name, string Ours, GgufForm Form)
    {
        public static implicit operator Entry((string Name, string Ours) pair) => new(pair.Name, pair.Ours, GgufForm.Same);

        public static implicit operator Entry((string Name, string Ours, GgufForm Form) entry) =>
            new(entry.Name, entry.Ours, entry.Form);
    }
}
