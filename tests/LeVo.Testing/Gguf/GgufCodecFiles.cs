using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Testing.Gguf;

/// <summary>
/// The codec's checkpoints as GGUF files: convolutions folded, matrices transposed and padded. The names are written
/// down a second time.
/// </summary>
internal static class GgufCodecFiles
{
    private const string Estimator = "cfm_wrapper.estimator.";

    /// <summary>Writes the flow decoder.</summary>
    /// <param name="checkpoint">The dual-track codec's checkpoint.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="type">The type of the blocks' matrices; the rest is F32.</param>
    /// <param name="path">The file.</param>
    public static void WriteFlow(string checkpoint, int heads, GgufTensorType type, string path)
    {
        using Checkpoint file = Checkpoint.Open(checkpoint);
        GgufWriter writer = new GgufWriter("levo2_flow").Set("levo2_flow.attention.head_count", heads);
        foreach ((string part, string quantizer) in ((string, string)[])[("vocal", "rvq_bestrq_emb"), ("bgm", "rvq_bestrq_bgm_emb")])
        {
            Copy($"flow.rvq.{part}.codebook.weight", quantizer + ".quantizers.0.codebook.weight");
            AddFolded(writer, file, $"flow.rvq.{part}.out_proj.weight", quantizer + ".quantizers.0.out_proj", squeeze: true);
            Copy($"flow.rvq.{part}.out_proj.bias", quantizer + ".quantizers.0.out_proj.bias");
        }
        Copy("flow.mask_embedding.weight", "mask_emb.weight");
        Copy("flow.null_condition.weight", "zero_cond_embedding1");
        foreach (string part in (string[])["counts", "sum_x", "sum_x2"])
            Copy("flow.norm." + part, "normfeat." + part);
        Copy("flow.position_embedding.weight", Estimator + "wpe.weight");
        Linear("flow.time_embedding.linear_1", Estimator + "adaln_single.emb.timestep_embedder.linear_1");
        Linear("flow.time_embedding.linear_2", Estimator + "adaln_single.emb.timestep_embedder.linear_2");
        Linear("flow.time_modulation", Estimator + "adaln_single.linear");
        for (int i = 0; file.Tensors.ContainsKey($"{Estimator}h.{i}.ln_1.weight"); i++)
        {
            (string theirs, string ours) = ($"flow.block.{i}.", $"{Estimator}h.{i}.");
            Linear(theirs + "norm_1", ours + "ln_1");
            Linear(theirs + "norm_2", ours + "ln_2");
            Matrix(theirs + "attn.qkv", ours + "attn.c_attn");
            Matrix(theirs + "attn.out", ours + "attn.c_proj");
            Matrix(theirs + "ffn.in", ours + "mlp.c_fc");
            Matrix(theirs + "ffn.out", ours + "mlp.c_proj");
            Copy(theirs + "modulation.weight", ours + "scale_shift_table");
        }
        Copy("flow.final_modulation.weight", Estimator + "scale_shift_table");
        Linear("flow.final_norm", Estimator + "ln_f");
        Linear("flow.output", Estimator + "proj_out");
        writer.Save(path);

        void Copy(string theirs, string ours) =>
            writer.Add(theirs, GgufTensorType.F32, file.Values<float>(ours), file.Tensors[ours].Shape);

        void Linear(string theirs, string ours)
        {
            Copy(theirs + ".weight", ours + ".weight");
            Copy(theirs + ".bias", ours + ".bias");
        }

        void Matrix(string theirs, string ours)
        {
            float[] values = file.Values<float>(ours + ".weight");
            (int inputs, int outputs) = ((int)file.Tensors[ours + ".weight"].Shape[0], (int)file.Tensors[ours + ".weight"].Shape[1]);
            int block = GgufQuantizer.BlockValues(type), padded = (inputs + block - 1) / block * block;
            var rows = new float[outputs * padded];
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                    rows[o * padded + i] = values[i * outputs + o];
            writer.Add(theirs + ".weight", type, rows, outputs, padded);
            Copy(theirs + ".bias", ours + ".bias");
        }
    }

    /// <summary>Writes the autoencoder's decoder.</summary>
    /// <param name="checkpoint">The autoencoder's checkpoint.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="path">The file.</param>
    public static void WriteVae(string checkpoint, int sampleRate, string path)
    {
        const string Norm = ".weight_g";
        using Checkpoint file = Checkpoint.Open(checkpoint);
        GgufWriter writer = new GgufWriter("levo2_vae").Set("levo2_vae.sample_rate", sampleRate);
        foreach (string name in file.Tensors.Keys.Where(name => name.StartsWith("decoder.", StringComparison.Ordinal)))
        {
            if (name.EndsWith(Norm, StringComparison.Ordinal))
                AddFolded(writer, file, $"vae.{name[..^Norm.Length]}.weight", name[..^Norm.Length], squeeze: false);
            else if (!name.EndsWith(".weight_v", StringComparison.Ordinal))
                writer.Add($"vae.{name}{Suffix(name)}", GgufTensorType.F32, file.Values<float>(name), file.Tensors[name].Shape);
        }
        writer.Save(path);

        static string Suffix(string name) =>
            name.EndsWith(".alpha", StringComparison.Ordinal) || name.EndsWith(".beta", StringComparison.Ordinal) ? "_log" : "";
    }

    private static void AddFolded(GgufWriter writer, Checkpoint file, string theirs, string ours, bool squeeze)
    {
        using var scope = NewDisposeScope();
        Tensor weight = WeightNorm.Fold(file.Load(ours + ".weight_v"), file.Load(ours + ".weight_g"));
        if (squeeze)
            weight = weight.squeeze(-1);
        writer.Add(theirs, GgufTensorType.F32, weight.contiguous().data<float>().ToArray(), weight.shape);
    }
}
