using LeVo.Codec.Model;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;

namespace LeVo.Testing;

/// <summary>
/// Folders as owners of released checkpoints have them: configurations of the released form, tensors as listings without
/// values.
/// </summary>
internal static class ReleasedTree
{
    public static IReadOnlyDictionary<string, ReleasedSize> Sizes { get; } = new Dictionary<string, ReleasedSize>
    {
        ["songgeneration_base"] = new(1536, 8960, 12, 28, 100000, 8196, 300, 50, 150, 151_646),
        ["songgeneration_base_full"] = new(1536, 8960, 12, 28, 500000, 10000, 600, 100, 270, 151_646),
        ["songgeneration_large"] = new(2048, 11008, 16, 36, 500000, 10000, 600, 100, 270, 151_646),
        ["songgeneration_v2_medium"] = new(1536, 8960, 12, 28, 500000, 10000, 600, 100, 270, 151_652),
        ["songgeneration_v2_large"] = new(2048, 11008, 16, 36, 500000, 10000, 600, 100, 270, 151_652),
    };

    /// <summary>Writes <c>ckpt/</c>, <c>third_party/</c> and, where wanted, <c>conf/</c>.</summary>
    public static void WriteCommon(string root, bool conf = true)
    {
        SparseCheckpoint.Write(Path.Combine(root, "ckpt/model_septoken/model_2.safetensors"),
            new CodecTensors(CodecSizes.DualTrack).All, ElementType.Float32);
        SparseCheckpoint.Write(Path.Combine(root, "ckpt/model_1rvq/model_2_fixed.safetensors"),
            new CodecTensors(CodecSizes.Mixed).All, ElementType.Float32);
        SparseCheckpoint.Write(Path.Combine(root, "ckpt/vae/autoencoder_music_1320k.safetensors"),
            new VaeTensors(new()).All, ElementType.Float32, prefix: "autoencoder.");
        File.WriteAllText(Path.Combine(root, "ckpt/vae/stable_audio_1920_vae.json"), """
            { "model_type": "autoencoder", "sample_rate": 48000, "sample_size": 480000, "audio_channels": 2,
              "model": {
                "encoder": { "type": "oobleck", "config": { "in_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
                  "strides": [2, 4, 4, 6, 10], "latent_dim": 128, "use_snake": true } },
                "decoder": { "type": "oobleck", "config": { "out_channels": 2, "channels": 128, "c_mults": [1, 2, 4, 8, 16],
                  "strides": [2, 4, 4, 6, 10], "latent_dim": 64, "use_snake": true, "final_tanh": false } },
                "bottleneck": { "type": "vae" }, "latent_dim": 64, "downsampling_ratio": 1920, "io_channels": 2 } }
            """);
        string tokenizer = Directory.CreateDirectory(Path.Combine(root, "third_party/Qwen2-7B")).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Golden.Carried, "lelm", "tokenizer")))
            File.Copy(file, Path.Combine(tokenizer, Path.GetFileName(file)), overwrite: true);
        if (!conf)
            return;
        Directory.CreateDirectory(Path.Combine(root, "conf"));
        File.WriteAllLines(Path.Combine(root, "conf/vocab.yaml"), new LeLmConfig().StructureTags.Select(tag => $"- '{tag}'"));
    }

    /// <summary>Writes a model folder: <c>config.yaml</c> and the weights.</summary>
    public static void WriteModel(string folder, string name)
    {
        ReleasedSize size = Sizes[name];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.yaml"), size.Config());
        SparseCheckpoint.Write(Path.Combine(folder, "model.safetensors"), new LeLmTensors(size.Model()).All,
            size.StyleRows > 151_646 ? ElementType.BFloat16 : ElementType.Float32, ModelFolder.LeLmPrefix);
    }
}

/// <summary>What differs between the released configurations.</summary>
internal sealed record ReleasedSize(int Width, int FeedForward, int Heads, int Layers, int Theta, int Positions, int LyricsLength,
    int StyleLength, int Seconds, int StyleRows)
{
    /// <summary>The sizes that the configuration stands for.</summary>
    public LeLmConfig Model() => new()
    {
        Width = Width,
        FeedForwardWidth = FeedForward,
        Heads = Heads,
        MixedLayers = Layers,
        DescriptionVocabulary = StyleRows,
    };

    /// <summary>A configuration of the released form: interpolations, comments, empty blocks, keys without effect.</summary>
    public string Config() => $$$"""
        # training and data settings that generation does not read
        bf16: False
        trainer:
          project_name: "songgeneration"
          max_steps: ${eval:10*1000}  # evaluated only when it is read
        sample_rate: 48000
        audio_tokenizer_frame_rate: 25
        max_dur: {{{Seconds}}}  # seconds
        min_dur: 30
        prompt_len: 10
        pad_to_max: true
        lyric_processor:
        audio_tokenizer_checkpoint: Flow1dVAE1rvq_./ckpt/model_1rvq/model_2_fixed.safetensors
        audio_tokenizer_checkpoint_sep: Flow1dVAESeparate_./ckpt/model_septoken/model_2.safetensors
        vae_config: ./ckpt/vae/stable_audio_1920_vae.json
        vae_model: ./ckpt/vae/autoencoder_music_1320k.ckpt
        lm:
          lm_type: Llama
          dim: {{{Width}}}
          intermediate_size: {{{FeedForward}}}
          num_heads: {{{Heads}}}
          num_layers: {{{Layers}}}
          num_layers_sub: 12
          code_depth: 3
          code_size: 16384
          dropout: 0.
          activation: gelu
          norm_first: true
          bias_ff: false
          causal: true
          custom: false
          memory_efficient: true
          attention_as_float32: false
          weight_init: gaussian
          depthwise_init: current
          zero_bias_init: true
          norm: layer_norm
          cross_attention: false
          qk_layer_norm: false
          kv_repeat: 1
          rope_theta: {{{Theta}}}.0
          rope_theta_sub: 500000.0
          max_position_embeddings: {{{Positions}}}
          max_position_embeddings_sub: 10000
          use_flash_attn_2: true
        codebooks_pattern:
          modeling: delay
          delay: { delays: [0, 250, 250], flatten_first: 0, empty_initial: 0 }
        classifier_free_guidance: { training_dropout: 0.15, inference_coef: 1.5 }
        attribute_dropout:
          args: { active_on_eval: false }
          text: { description: 0.0, type_info: 0.5 }
          audio: { prompt_audio: 0.5 }
        fuser:
          sum: []
          prepend: [ description, prompt_audio, type_info ]
        conditioners:
          prompt_audio:
            model: qt_embedding
            qt_embedding:
              code_size: 16384
              code_depth: ${lm.code_depth}
              max_len: ${eval:${prompt_len}*${audio_tokenizer_frame_rate}+2} # 10*25+2+2-1
          description:
            model: QwTokenizer
            QwTokenizer:
              token_path: third_party/Qwen2-7B
              max_len: {{{LyricsLength}}}
              add_token_list: ${load_yaml:conf/vocab.yaml}
          type_info:
            model: QwTextTokenizer
            QwTextTokenizer:
              token_path: third_party/Qwen2-7B
              max_len: {{{StyleLength}}}
        offload:
          audiolm: { offload_module: self, cpu_mem_gb: 0, pre_copy_step: 1, dtype: torch.float16 }
          wav_tokenizer_diffusion: { offload_module: self, cpu_mem_gb: -1 }

        """;
}
