using System.Globalization;
using LeVo.Core.Text;

namespace LeVo.Core.Model;

/// <summary>Writes a configuration as <c>config.yaml</c>: what <see cref="LeLmConfigReader"/> and
/// <see cref="LevoSectionReader"/> read. Row counts of tables are not in it, since they follow from the checkpoint.</summary>
internal static class ModelConfigWriter
{
    /// <summary>Folder of the tokenizer.</summary>
    public const string Tokenizer = "tokenizer";

    /// <summary>The text of the file.</summary>
    /// <param name="config">Sizes and constants of LeLM.</param>
    /// <param name="levo">The section <c>levo:</c>.</param>
    /// <param name="files">Keys of the codec's files, and their values.</param>
    public static string Write(LeLmConfig config, LevoSection levo, IEnumerable<KeyValuePair<string, string>> files) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            max_dur: {{config.MaxSeconds}}
            prompt_len: {{config.PromptSeconds}}
            audio_tokenizer_frame_rate: {{config.FrameRate}}
            {{string.Concat(files.Select(file => $"{file.Key}: {Quoted(file.Value)}\n"))}}
            lm:
              dim: {{config.Width}}
              intermediate_size: {{config.FeedForwardWidth}}
              num_heads: {{config.Heads}}
              num_layers: {{config.MixedLayers}}
              num_layers_sub: {{config.TrackLayers}}
              code_depth: {{config.Codebooks}}
              code_size: {{config.CodeSize}}
              rope_theta: {{config.MixedRopeTheta}}
              rope_theta_sub: {{config.TrackRopeTheta}}

            codebooks_pattern:
              modeling: delay
              delay: { delays: [{{string.Join(", ", config.Delays)}}], flatten_first: {{config.FlattenFirst}}, empty_initial: {{config.EmptyInitial}} }

            classifier_free_guidance: { training_dropout: {{config.ConditionDropout}}, inference_coef: {{config.GuidanceCoefficient}} }

            fuser: { sum: [], prepend: [{{string.Join(", ", config.PrefixOrder)}}] }

            conditioners:
              prompt_audio:
                model: qt_embedding
                qt_embedding: { code_size: {{config.PromptCodeSize}}, code_depth: {{config.Codebooks}}, max_len: {{config.PromptLength}} }
              description:
                model: QwTokenizer
                QwTokenizer:
                  token_path: {{Tokenizer}}
                  max_len: {{config.LyricsLength}}
                  add_token_list: [{{string.Join(", ", config.StructureTags.Select(Quoted))}}]
              type_info:
                model: QwTextTokenizer
                QwTextTokenizer: { token_path: {{Tokenizer}}, max_len: {{config.DescriptionLength}} }

            levo:
              text: { rules: {{(config.TextRules == TextRules.V1 ? "v1" : "v2")}}, pad_id: {{config.TextPadId}}, structure_base: {{config.StructureBase}} }
              prompt: { null_id: {{config.PromptNullId}}, real_below: {{config.PromptRealBelow}} }
            {{Codec(levo.Codec)}}
              sampling: { temperature: {{levo.Sampling.Temperature}}, top_k: {{levo.Sampling.TopK}}, cfg: {{levo.Sampling.Cfg}}, window: {{levo.Sampling.Window}} }

            """);

    private static string Codec(LevoCodec codec) => string.Create(CultureInfo.InvariantCulture, $$"""
          codec:
            taps: { mixed: {{codec.MixedTap}}, vocal: {{codec.VocalTap}}, accompaniment: {{codec.AccompanimentTap}} }
            estimator_heads: { mixed: {{codec.MixedHeads}}, dual: {{codec.DualHeads}} }
            segment_seconds: {{codec.SegmentSeconds}}
            window_seconds: {{codec.WindowSeconds}}
            steps: {{codec.Steps}}
            guidance: {{codec.Guidance}}
            silent_codes: { vocal: {{codec.SilentVocalCode}}, accompaniment: {{codec.SilentAccompanimentCode}} }
        """);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
