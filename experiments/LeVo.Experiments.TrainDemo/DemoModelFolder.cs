using System.Globalization;
using LeVo.Core.Model;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>Completes the model folder in the released layout.</summary>
internal static class DemoModelFolder
{
    /// <summary>Writes configuration, tokenizer and structure tags; the stages wrote the weights.</summary>
    public static void Write(DemoFolders folders, SilentCodes silent)
    {
        Directory.CreateDirectory(Path.Combine(folders.Model, "conf"));
        MiniTokenizerFiles.Write(folders.Tokenizer);
        File.WriteAllLines(Path.Combine(folders.Model, "conf", "vocab.yaml"),
            DemoSizes.LanguageModel.StructureTags.Select(tag => $"- \"{tag}\""));
        File.Copy(folders.MixedEncoder, folders.MixedCodec, overwrite: true);
        File.WriteAllText(folders.Config, Config(DemoSizes.LanguageModel, silent));
    }

    private static double Dropped(LeLmConfig lm, string condition) =>
        lm.AttributeDropouts.Single(entry => entry.Condition == condition).Probability;

    private static string Config(LeLmConfig lm, SilentCodes silent) => string.Create(CultureInfo.InvariantCulture, $$"""
        # The demo model of LeVo for .NET, in the schema of the released checkpoints. Made by experiments/LeVo.Experiments.TrainDemo.
        lyric_processor:
        max_dur: {{lm.MaxSeconds}}
        min_dur: 1
        prompt_len: {{lm.PromptSeconds}}
        pad_to_max: true

        audio_tokenizer_checkpoint: Flow1dVAE1rvq_codec/mixed.safetensors
        audio_tokenizer_checkpoint_sep: Flow1dVAESeparate_codec/dual.safetensors
        vae_config: vae/vae.json
        vae_model: vae/vae.safetensors
        audio_tokenizer_frame_rate: {{lm.FrameRate}}
        sample_rate: 48000

        lm:
          lm_type: Llama
          dim: {{lm.Width}}
          intermediate_size: {{lm.FeedForwardWidth}}
          num_heads: {{lm.Heads}}
          num_layers: {{lm.MixedLayers}}
          num_layers_sub: {{lm.TrackLayers}}
          code_depth: {{lm.Codebooks}}
          code_size: {{lm.CodeSize}}
          max_position_embeddings: 1024
          max_position_embeddings_sub: 1024
          rope_theta: {{lm.MixedRopeTheta}}
          rope_theta_sub: {{lm.TrackRopeTheta}}

        codebooks_pattern:
          modeling: delay
          delay:
            delays: [ {{string.Join(", ", lm.Delays)}} ]
            flatten_first: 0
            empty_initial: 0

        classifier_free_guidance:
          training_dropout: {{lm.ConditionDropout}}
          inference_coef: {{lm.GuidanceCoefficient}}

        attribute_dropout:
          text:
            description: {{Dropped(lm, "description")}}
            type_info: {{Dropped(lm, "type_info")}}
          audio:
            prompt_audio: {{Dropped(lm, "prompt_audio")}}

        fuser:
          sum: []
          prepend: [ {{string.Join(", ", lm.PrefixOrder)}} ]

        conditioners:
          prompt_audio:
            model: qt_embedding
            qt_embedding:
              code_size: {{lm.PromptCodeSize}}
              code_depth: {{lm.Codebooks}}
              max_len: ${eval:${prompt_len}*${audio_tokenizer_frame_rate}+2}
          description:
            model: QwTokenizer
            QwTokenizer:
              token_path: tokenizer
              max_len: {{lm.LyricsLength}}
              add_token_list: ${load_yaml:conf/vocab.yaml}
          type_info:
            model: QwTextTokenizer
            QwTextTokenizer:
              token_path: tokenizer
              max_len: {{lm.DescriptionLength}}

        levo:
          text: { rules: v1, pad_id: {{lm.TextPadId}}, structure_base: {{lm.StructureBase}} }
          prompt: { null_id: {{lm.PromptNullId}}, real_below: {{lm.PromptRealBelow}} }
          codec:
            taps: { mixed: {{DemoSizes.Taps.Mixed}}, vocal: {{DemoSizes.Taps.Vocal}}, accompaniment: {{DemoSizes.Taps.Accompaniment}} }
            estimator_heads: { dual: {{DemoSizes.Flow.Heads}} }
            segment_seconds: 8
            window_seconds: {{DemoSizes.WindowFrames / lm.FrameRate}}
            steps: 10
            guidance: 1.5
            silent_codes: { vocal: {{silent.Vocal}}, accompaniment: {{silent.Accompaniment}} }
          sampling: { temperature: 0.8, top_k: 50, cfg: 1.5, window: 1 }
        """).Replace("\r\n", "\n", StringComparison.Ordinal) + "\n";
}
