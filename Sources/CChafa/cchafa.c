#include "cchafa.h"

#include <chafa.h>
#include <stdlib.h>
#include <string.h>

static ChafaTermInfo *terminal(void) {
  gchar **environment = g_get_environ();
  ChafaTermInfo *info = chafa_term_db_detect(chafa_term_db_get_default(), environment);
  g_strfreev(environment);
  return info;
}

GenChafaMode gen_chafa_detect(void) {
  ChafaTermInfo *info = terminal();
  GenChafaMode mode = GenChafaBlocks;
  if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_KITTY_IMMEDIATE_IMAGE_V1))
    mode = GenChafaKitty;
  else if (chafa_term_info_have_seq(info, CHAFA_TERM_SEQ_BEGIN_SIXELS))
    mode = GenChafaSixel;
  chafa_term_info_unref(info);
  return mode;
}

static ChafaCanvasMode canvas_mode(int colours) {
  if (colours > 256) return CHAFA_CANVAS_MODE_TRUECOLOR;
  if (colours > 16) return CHAFA_CANVAS_MODE_INDEXED_240;
  return colours > 2 ? CHAFA_CANVAS_MODE_INDEXED_16 : CHAFA_CANVAS_MODE_FGBG;
}

char *gen_chafa_draw(const unsigned char *rgb, int width, int height, int columns, int rows,
                     GenChafaMode mode, int colours) {
  if (!rgb || width < 1 || height < 1 || columns < 1 || rows < 1) return NULL;
  // A cell is about twice as high as wide.
  gint cells_wide = columns, cells_high = rows;
  chafa_calc_canvas_geometry(width, height, &cells_wide, &cells_high, 0.5f, TRUE, FALSE);
  ChafaCanvasConfig *config = chafa_canvas_config_new();
  chafa_canvas_config_set_geometry(config, cells_wide, cells_high);
  chafa_canvas_config_set_canvas_mode(config, canvas_mode(colours));
  chafa_canvas_config_set_pixel_mode(config, mode == GenChafaKitty   ? CHAFA_PIXEL_MODE_KITTY
                                             : mode == GenChafaSixel ? CHAFA_PIXEL_MODE_SIXELS
                                                                     : CHAFA_PIXEL_MODE_SYMBOLS);
  if (mode == GenChafaBlocks) {
    ChafaSymbolMap *symbols = chafa_symbol_map_new();
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_SPACE);
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_HALF);
    chafa_symbol_map_add_by_tags(symbols, CHAFA_SYMBOL_TAG_QUAD);
    chafa_canvas_config_set_symbol_map(config, symbols);
    chafa_symbol_map_unref(symbols);
  } else {
    chafa_canvas_config_set_cell_geometry(config, 10, 20);
  }
  ChafaCanvas *canvas = chafa_canvas_new(config);
  chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, rgb, width, height, width * 3);
  ChafaTermInfo *info = terminal();
  // Somebody may know better than the environment what the terminal can do.
  if (mode != GenChafaBlocks)
    chafa_term_info_supplement(info, chafa_term_db_get_fallback_info(chafa_term_db_get_default()));
  GString *drawn = chafa_canvas_print(canvas, info);
  char *text = drawn ? strndup(drawn->str, drawn->len) : NULL;
  if (drawn) g_string_free(drawn, TRUE);
  chafa_term_info_unref(info);
  chafa_canvas_unref(canvas);
  chafa_canvas_config_unref(config);
  return text;
}
